/**
 * Identifiers and names as spreadsheets, copying and exports leave them. No schemas here: workflows use this too
 * (the schemas of each identifier are in `inputs.ts`).
 */

/** What cleaning leaves of a text, or why it cannot be taken. */
export type Read = { value: string } | { problem: string };

export const longestIdentifier = 64;

/** VinSolutions counts its dealers; the digits are kept as a text, with zeros at the beginning. */
export const vinSolutionsDealerId = /^\d{1,18}$/;

/** Zero-width and bidi characters, byte order marks, soft hyphens, variation selectors, Braille's blank: what nobody sees. */
const invisible = /[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/gu;
/** What begins a new line or a column, as text copied from a table has. */
const breaks = /[\t\n\v\f\r\u0085\u2028\u2029]/g;

const asNumber = 'a spreadsheet turned it into a number: enter it as text, digit by digit';
const asDate = 'a spreadsheet turned it into a date: enter it as text';

const month =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)';
const numericDate = /^(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})(?:[ T].*)?$/;
/** 1-Feb, 1-Feb-26, Feb-26, February 1, 2026. */
const namedDate = new RegExp(
  `^(?:\\d{1,2}[-/ .]${month}|(?:\\d{1,2}[-/ .])?${month}[-/ .](?:\\d{1,2}, ?)?\\d{1,4})$`,
  'i',
);
/** #REF!, #N/A, #NAME?, a cell that is too narrow. */
const formulaError = /^(?:#[A-Z][A-Z0-9_/]*[!?]|#N\/A|#+|err:\d+)$/i;

/** How spreadsheets write true and false, in English and in the languages whose words no identifier is. */
const booleans = words(
  'true false wahr falsch vrai faux verdadero falso vero waar onwaar verdadeiro prawda sant falskt',
);
/** What exports write for a value that is not there. */
const absent = words('n/a na nil none null undefined nan tbd unknown empty blank');

/** What a spreadsheet or an export makes of an identifier, and what to do about it. */
const damages: { is: (text: string) => boolean; problem: string }[] = [
  { is: (text) => formulaError.test(text), problem: 'it is the error of a formula' },
  { is: (text) => /^[=+@-]/.test(text), problem: 'it is a formula, or a number with a sign' },
  { is: (text) => booleans.has(text.toLowerCase()), problem: 'it is a true or false, no identifier' },
  { is: (text) => absent.has(text.toLowerCase()), problem: 'it stands for a value that is missing' },
  // 5.55101E+11, 5.55101E11 and 5E11; 12E4 may be an identifier.
  { is: (text) => /^(?:\d+(?:[.,]\d*)?e[+-]\d+|\d+[.,]\d+e\d+|\de\d{1,3})$/i.test(text), problem: asNumber },
  { is: (text) => /^\d+(?:[.,'’\s]\d+)+$/u.test(text) && !isVersion(text) && !isDate(text), problem: asNumber },
  { is: isDate, problem: asDate },
  {
    is: (text) => /^\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]m)?$/i.test(text),
    problem: 'a spreadsheet turned it into a time: enter it as text',
  },
  { is: (text) => /[%\p{Sc}]/u.test(text), problem: 'it is an amount or a percentage' },
  // A spreadsheet keeps 15 digits and fills up with zeros; one or two may be the identifier's own.
  { is: (text) => /^[1-9]\d{14}0{3,}$/.test(text), problem: asNumber },
];

/**
 * An identifier without what a spreadsheet adds: invisible characters, outer quotes, `="00123"`, the apostrophe before a
 * text. What a spreadsheet has damaged is not guessed at.
 * @returns the identifier: 1 to 64 ASCII letters, digits and `. _ / -`, that begins and ends with a letter or digit; or
 *   what is wrong, without the column's name
 */
export function readIdentifier(text: string): Read {
  const value = cleanIdentifier(text);
  if (value === '') return { problem: 'is missing' };
  const damage = damageOf(value);
  if (damage !== undefined) return { problem: damage };
  if (value.length > longestIdentifier) return { problem: `is longer than ${longestIdentifier} characters` };
  const odd = /[^A-Za-z0-9._/-]/u.exec(value)?.[0];
  if (odd !== undefined) return { problem: `is ${shown(value)}: an identifier has no ${nameOf(odd)}` };
  if (!/^[A-Za-z0-9].*[A-Za-z0-9]$|^[A-Za-z0-9]$/.test(value))
    return { problem: `is ${shown(value)}: an identifier begins and ends with a letter or a digit` };
  return { value };
}

/** What a spreadsheet or an export has made of a cleaned identifier; undefined when it can be one. */
export function damageOf(value: string): string | undefined {
  const damage = damages.find(({ is }) => is(value))?.problem;
  return damage && `is ${shown(value)}: ${damage}`;
}

/** As `readIdentifier` cleans, also what it rejects afterwards. */
export function cleanIdentifier(text: string): string {
  let left = text.replace(invisible, '').trim();
  for (let before = ''; before !== left; ) {
    before = left;
    left = left
      .replace(/^=?"([^"]*)"$/, '$1')
      .replace(/^“([^“”]*)”$/, '$1')
      .replace(/^['’‘]([^'’‘]*)['’‘]?$/, '$1')
      .trim();
  }
  return left;
}

/**
 * A name of a dealer, a person or a key: what begins a line becomes a blank, and what nobody sees goes, since it makes two
 * names look like one, or turns the text around it.
 */
export function cleanName(text: string): string {
  return text.replace(breaks, ' ').replace(invisible, '').replace(/\s+/g, ' ').trim().normalize();
}

/**
 * A text in a person's own words, on one line or several: what nobody sees goes, since it makes two texts look alike, or turns
 * the text around it; tabs and line breaks stay.
 */
export function cleanText(text: string): string {
  return text
    .replace(/\r\n?|[\v\f\u0085\u2028\u2029]/g, '\n')
    .replace(invisible, '')
    .trim()
    .normalize();
}

/** No language puts more on one letter; a pile of them covers the lines above and below. */
const pileOfMarks = /\p{M}{5}/u;
const tooManyMarks = 'has more than 4 accents or other marks on one character: remove some';

/** Why a cleaned text cannot be taken; null when it can. */
export function textProblem(text: string): string | null {
  if (pileOfMarks.test(text)) return tooManyMarks;
  const odd = /(?![\t\n])[\p{Cc}\p{Cs}\p{Co}\p{Noncharacter_Code_Point}\uFFFD]/u.exec(text)?.[0];
  if (odd !== undefined) return unreadable(odd);
  return text === '' || /[\p{L}\p{N}\p{P}\p{S}]/u.test(text) ? null : 'has nothing that can be read';
}

/** Why a cleaned name cannot be taken; null when it can. */
export function nameProblem(name: string): string | null {
  if (pileOfMarks.test(name)) return tooManyMarks;
  const odd = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\uFFFD]/u.exec(name)?.[0];
  if (odd !== undefined) return unreadable(odd);
  if (formulaError.test(name)) return `is ${shown(name)}: it is the error of a formula`;
  return name === '' || /[\p{L}\p{N}]/u.test(name) ? null : 'has no letter and no digit';
}

function isDate(text: string): boolean {
  if (namedDate.test(text)) return true;
  const [, a, , b, c] = numericDate.exec(text) ?? [];
  if (a === undefined) return false;
  const [first, second, third] = [Number(a), Number(b), Number(c)];
  const yearFirst = a.length === 4 && isDay(second, third);
  const yearLast = (c!.length === 4 || c!.length === 2) && a.length <= 2 && isDay(first, second);
  return yearFirst || yearLast;
}

/** In either order, as the language of the spreadsheet has it. */
function isDay(a: number, b: number): boolean {
  return a >= 1 && b >= 1 && Math.min(a, b) <= 12 && Math.max(a, b) <= 31;
}

/** Such as 10.0.2.1: more than three parts with points, not all of three digits. */
function isVersion(text: string): boolean {
  return /^\d+(?:\.\d+){3,}$/.test(text) && !/^\d{1,3}(?:\.\d{3})+$/.test(text);
}

function words(list: string): Set<string> {
  return new Set(list.split(' '));
}

function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

function nameOf(char: string): string {
  if (/\s/.test(char)) return 'spaces';
  if (char === ',') return 'commas';
  return /^[!-~]$/.test(char) ? char : `character ${codeOf(char)}`;
}

function unreadable(char: string): string {
  return `holds a character that cannot be read (${codeOf(char)})`;
}

function codeOf(char: string): string {
  return `U+${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}
