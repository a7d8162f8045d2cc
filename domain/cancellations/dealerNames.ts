/** Dealers' names, folded so that their spelling does not matter, and how alike two of them are. */

/** Letters that no Unicode decomposition turns into plain ones. */
const plainLetters: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};
const abbreviations: Record<string, string> = { saint: 'st', mount: 'mt', fort: 'ft' };
const companyForms = new Set(['inc', 'llc', 'ltd', 'corp', 'co']);

/** Makes and other words of the trade: two dealers that share only these do not share an owner's name for that. */
const tradeNames = new Set(
  `acura, airstream, alfa romeo, aston martin, audi, auto, autos, automotive, bentley, bmw, buick, cadillac, car, cars, chevrolet,
  chevy, chrysler, dodge, ferrari, fiat, ford, freightliner, genesis, gmc, harley davidson, honda, hyundai, infiniti, isuzu, jaguar,
  jeep, kenworth, kia, lamborghini, land rover, lexus, lincoln, lotus, mack, marine, maserati, mazda, mclaren, mercedes, mercedes benz,
  mini, mitsubishi, motor, motors, nissan, peterbilt, polestar, porsche, ram, rolls royce, rv, rvs, subaru, suzuki, tesla, toyota,
  truck, trucks, used, volkswagen, volvo, vw, winnebago, yamaha`.split(/,\s+/),
);

/**
 * The words of a name, without accents, apostrophes, punctuation, case, a leading "The" and a company's form at the end.
 * @returns empty when the name has no letter or digit
 */
export function foldedWords(name: string): string[] {
  const words = name
    .replace(/['’‘‛ʼʻʹ`´′＇]/gu, '')
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .toLowerCase()
    .replace(/[ßæœøłđðþı]/g, (letter) => plainLetters[letter]!)
    .replace(/[&+]/g, ' and ')
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .map((word) => abbreviations[word] ?? word);
  if (words.length > 1 && words[0] === 'the') words.shift();
  while (words.length > 1 && companyForms.has(words.at(-1)!)) words.pop();
  return words;
}

/**
 * How alike two dealers' names are. `group`: they begin with the same words and differ only in the word after these, mostly the
 * make, and in "of" a place: `Sewell Lexus of Dallas` and `Sewell Infiniti`. `similar`: they may belong together.
 */
export function likeness(a: readonly string[], b: readonly string[]): 'group' | 'similar' | 'different' {
  const [headA, headB] = [withoutPlace(a), withoutPlace(b)];
  let shared = 0;
  while (shared < headA.length && headA[shared] === headB[shared]) shared += 1;
  if (shared > 0) {
    const most = Math.max(headA.length, headB.length) - shared;
    return most <= 1 && !isTradeOnly(headA.slice(0, shared)) ? 'group' : 'similar';
  }
  return beginAlike(headA, headB) ? 'similar' : 'different';
}

function withoutPlace(words: readonly string[]): readonly string[] {
  const at = words.findIndex((word, index) => index > 0 && (word === 'of' || word === 'at' || word === 'in'));
  return at < 0 ? words : words.slice(0, at);
}

function isTradeOnly(words: readonly string[]): boolean {
  for (let at = 0; at < words.length; ) {
    if (tradeNames.has(words.slice(at, at + 2).join(' ')) && at + 1 < words.length) at += 2;
    else if (tradeNames.has(words[at]!)) at += 1;
    else return false;
  }
  return true;
}

/** Least share of common trigrams of two first words that are alike: `Hendricks` and `Hendrick` have 0.7, `Sewell` and `Sewellton` 0.55. */
const leastShare = 0.6;
/** A typing error in a shorter word makes another word. */
const shortestMistyped = 5;

/** By their first words, or by these and the next when one is written in two: `De Paula` and `DePaula`. */
function beginAlike(a: readonly string[], b: readonly string[]): boolean {
  const [first = '', second = ''] = a;
  const [otherFirst = '', otherSecond = ''] = b;
  if (first + second === otherFirst || first === otherFirst + otherSecond) return true;
  return shareOfTrigrams(first, otherFirst) >= leastShare || isOneErrorAway(first, otherFirst);
}

function shareOfTrigrams(a: string, b: string): number {
  const [ofA, ofB] = [trigrams(a), trigrams(b)];
  const common = [...ofA].filter((one) => ofB.has(one)).length;
  return common / (ofA.size + ofB.size - common);
}

function trigrams(word: string): Set<string> {
  const padded = `  ${word} `;
  return new Set(Array.from({ length: padded.length - 2 }, (_, at) => padded.slice(at, at + 3)));
}

/** One letter more, less, or another one, or two neighbors exchanged. */
function isOneErrorAway(a: string, b: string): boolean {
  if (Math.min(a.length, b.length) < shortestMistyped || Math.abs(a.length - b.length) > 1) return false;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  const exchanged = a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2);
  return (
    exchanged ||
    a.slice(at + 1) === b.slice(at + 1) ||
    a.slice(at + 1) === b.slice(at) ||
    a.slice(at) === b.slice(at + 1)
  );
}

/**
 * With what the names of other dealers may begin that could be like this one: its first letter, plain and with every accent. A
 * "The " before it comes besides.
 */
export function firstLetters(words: readonly string[]): string[] {
  const letter = words[0]?.[0];
  return letter === undefined ? [] : [letter, ...(accented.get(letter) ?? [])];
}

/** Latin letters that are folded into a plain one, such as é and Æ, by that one's first. */
const accented = new Map<string, string[]>();
for (let code = 0xc0; code <= 0x17f; code += 1) {
  const letter = String.fromCodePoint(code).toLowerCase();
  const plain = foldedWords(letter)[0]?.[0];
  if (plain === undefined || plain === letter) continue;
  const all = accented.get(plain) ?? [];
  if (!all.includes(letter)) accented.set(plain, [...all, letter]);
}
