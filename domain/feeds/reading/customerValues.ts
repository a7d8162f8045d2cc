import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { cleanName } from '../../shared/identifiers.ts';
import { cut } from '../../shared/shortLine.ts';

/** What identifies a customer or a unit, in the one form in which it is compared. No function here throws. */

const longestText = 200;

/** A name, or a description of a unit, on one line. Without any letter or digit it says nothing. */
export function readText(cell: string): string | undefined {
  let text = cell.trim();
  if (text === '') return undefined;
  if (!/^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/.test(text)) text = cleanName(text);
  if (text.length > longestText) text = cut(text, longestText).trim();
  if (/^(?:n\/a|\(null\))$/i.test(text) || text === 'NULL' || !/[\p{L}\p{N}]/u.test(text)) return undefined;
  return text;
}

const emailAddress =
  /^[^\s@<>()[\]\\,;:"]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,63}$/u;
/** What people type where an address is asked for and there is none: all who have it would become one contact. */
const noEmail =
  /^(?:none|na|n\.a|no-?e?mail|unknown|declined|refused|not-?provided)@|@(?:none|no-?e?mail|unknown)\.[a-z]+$/;

/** In lower case, the first of several; null when it is none, undefined when it says that there is none. */
export function readEmail(cell: string): string | null | undefined {
  const text = cell.trim().toLowerCase();
  for (const part of /[;,\s]/.test(text) ? text.split(/[;,\s]+/) : [text]) {
    const email = part.replace(/^mailto:|^<|>$/g, '').normalize();
    if (email.length <= 254 && emailAddress.test(email)) return noEmail.test(email) ? undefined : email;
  }
  return saysNothing(text) ? undefined : null;
}

const northAmerican = /^(?:\+?1[ .-]?)?\(?([2-9]\d\d)\)?[ .-]?(\d{3})[ .-]?(\d{4})$/;

/**
 * In E.164; numbers without a country are of North America. Null when it is none, undefined when it says that there is none, as
 * repeated digits do.
 */
export function readPhone(cell: string): string | null | undefined {
  const text = cell.trim();
  if (saysNothing(text)) return undefined;
  const digits = text.replace(/\D+/g, '');
  if (/^(\d)\1*$/.test(digits) || /^1?(?:1234567890|0123456789)$/.test(digits)) return undefined;
  const parts = northAmerican.exec(text);
  if (parts) return `+1${parts[1]}${parts[2]}${parts[3]}`;
  if (text.length > 60) return null;
  const number = parsePhoneNumberFromString(text, 'US');
  return number?.isValid() ? number.number : null;
}

const noPostalCodes = new Set(['00000', '11111', '99999']);

/** ZIP codes with their 5 digits, also where a spreadsheet took a zero from them; others in capitals without blanks. */
export function readPostalCode(cell: string): string | undefined {
  const text = cell.trim();
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
export function nameKey(name: string): string | undefined {
  let plain = name.toLowerCase();
  if (!/^[a-z ]*$/.test(plain))
    plain = plain
      .normalize('NFKD')
      .replace(/[ßøđłæœðþı]/g, (letter) => likeOthers[letter]!)
      .replace(/[\p{M}'’‘`´.]+/gu, '')
      .replace(/[^\p{L}\p{N}]+/gu, ' ');
  const words = plain.split(' ').filter((word) => word !== '');
  return words.length === 0 ? undefined : words.sort().join(' ');
}

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
