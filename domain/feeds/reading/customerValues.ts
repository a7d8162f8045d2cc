import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { cleanName } from '../../shared/identifiers.ts';
import { cut } from '../../shared/shortLine.ts';
import { Memory } from './memory.ts';
import { trimmed } from './values.ts';

/** What identifies a customer or a unit, in the one form in which it is compared. No function here throws. */

const longestText = 200;
const longestEmail = 254;

const plainText = /^[A-Za-z][A-Za-z0-9-]*(?: [A-Za-z0-9-]+)*$/;

/** A name, or a description of a unit, on one line. Without any letter or digit it says nothing. */
export function readText(cell: string): string | undefined {
  let text = trimmed(cell);
  if (text === '') return undefined;
  if (text.length <= longestText && plainText.test(text)) return text === 'NULL' ? undefined : text;
  if (!/^[!-~]+(?: [!-~]+)*$/.test(text)) text = cleanName(text.replace(/\p{Cc}+/gu, ' '));
  if (text.length > longestText) text = cut(text, longestText).trim();
  const isSaid = /[A-Za-z0-9]/.test(text) || /[\p{L}\p{N}]/u.test(text);
  return isSaid && text !== 'NULL' && !/^(?:n\/a|\(null\))$/i.test(text) ? text : undefined;
}

/** An email address in lower case; the check of a dealership's contact uses it too. */
export const plainEmail = /^[a-z0-9._%+'-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,63}$/;
const emailAddress =
  /^[^\s@<>()[\]\\,;:"]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,63}$/u;
/** What people type where an address is asked for and there is none: all who have it would become one contact. */
const noEmail =
  /^(?:none|na|n\.a|no-?e?mail|unknown|declined|refused|not-?provided)@|@(?:none|no-?e?mail|unknown)\.[a-z]+$/;

/** In lower case, the first of several; null when it is none, undefined when it says that there is none. */
export function readEmail(cell: string): string | null | undefined {
  const text = trimmed(cell).toLowerCase();
  if (text.length <= longestEmail && plainEmail.test(text)) return noEmail.test(text) ? undefined : text;
  for (const part of text.split(/[;,\s]+/)) {
    const email = part.replace(/^mailto:|^<|>$/g, '').normalize();
    if (email.length <= longestEmail && emailAddress.test(email)) return noEmail.test(email) ? undefined : email;
  }
  return saysNothing(text) ? undefined : null;
}

const northAmerican = /^(?:\+?1[ .-]?)?\(?([2-9]\d\d)\)?[ .-]?([2-9]\d\d)[ .-]?(\d{4})$/;

/**
 * In E.164; numbers without a country are of North America. Null when it is none, undefined when it says that there is none, as
 * repeated digits do.
 */
export function readPhone(cell: string): string | null | undefined {
  const text = trimmed(cell);
  const parts = northAmerican.exec(text);
  if (parts && wholeAreas.of(parts[1]!)) {
    const digits = parts[1]! + parts[2]! + parts[3]!;
    return isFilledIn(digits) ? undefined : `+1${digits}`;
  }
  if (saysNothing(text) || isFilledIn(text.replace(/\D+/g, ''))) return undefined;
  if (text.length > 60) return null;
  return validNumber(text);
}

function validNumber(text: string): string | null {
  const number = parsePhoneNumberFromString(text, 'US');
  return number?.isValid() ? number.number : null;
}

/** Area codes of which all numbers are valid: the library takes a hundred times as long for one number as finding its area here. */
const wholeAreas = new Memory((area: string) =>
  ['2001234', '4111234', '5551234', '6001234', '8761234', '9991234'].every((rest) => validNumber(area + rest)),
);

/** What people type where a number is asked for and there is none. */
function isFilledIn(digits: string): boolean {
  return digits !== '' && (digits[0]!.repeat(digits.length) === digits || digits === '1234567890');
}

const noPostalCodes = new Set(['00000', '11111', '99999']);

/** ZIP codes with their 5 digits, also where a spreadsheet took a zero from them; others in capitals without blanks. */
export function readPostalCode(cell: string): string | undefined {
  const text = trimmed(cell);
  if (text.length > 20 || noPostalCodes.has(text)) return undefined;
  if (/^\d{5}$/.test(text)) return text;
  const zip = /^(\d{4,5})(?:\.0)?$|^(\d{4,5})[- ]?\d{4}$/.exec(text);
  if (zip) return readPostalCode((zip[1] ?? zip[2])!.padStart(5, '0'));
  const code = text.toUpperCase().replace(/[\s-]+/g, '');
  return /^(?=.*\d)[A-Z0-9]{3,10}$/.test(code) ? code : undefined;
}

const absentWords = new Set(['', 'na', 'no', 'none', 'null', 'nil', 'unknown', 'declined', 'refused']);

function saysNothing(text: string): boolean {
  if (text.length > 24) return false;
  const word = text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
  return absentWords.has(word) || /^0+$/.test(word);
}

/** Letters that no accent makes of others. */
const likeOthers: Record<string, string> = {
  ß: 'ss',
  ø: 'o',
  đ: 'd',
  ł: 'l',
  æ: 'ae',
  œ: 'oe',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};

/**
 * A name without regard to case, accents, punctuation and order: `O’Brien, José` and `Jose OBRIEN` are equal. Undefined when nothing is
 * left of it.
 */
export function nameKey(first: string, last = ''): string | undefined {
  if (plainWord.test(first) && plainWord.test(last)) {
    const [one, other] = [first.toLowerCase(), last.toLowerCase()];
    return one < other ? `${one} ${other}` : `${other} ${one}`;
  }
  const plain = `${first} ${last}`
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[ßøđłæœðþı]/g, (letter) => likeOthers[letter]!)
    .replace(/[\p{M}'’‘`´.]+/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  return plain === '' ? undefined : plain.split(' ').sort().join(' ');
}

const plainWord = /^[A-Za-z0-9]+$/;

/** A full name in its parts: `Last, First` and `First Last` (the last word). One word alone is the last name. */
export function partsOfName(name: string): { firstName?: string; lastName?: string } {
  const suffix = /,?\s+(?:jr|sr|ii|iii|iv)\.?$/i.exec(name)?.[0] ?? '';
  const plain = suffix ? name.slice(0, -suffix.length) : name;
  const comma = plain.indexOf(',');
  if (comma >= 0) {
    const lastName = `${plain.slice(0, comma).trim()}${suffix}`;
    return { firstName: plain.slice(comma + 1).trim() || undefined, lastName: lastName || undefined };
  }
  const space = plain.lastIndexOf(' ');
  return space < 0
    ? { lastName: name }
    : { firstName: plain.slice(0, space).trim(), lastName: `${plain.slice(space + 1)}${suffix}` };
}
