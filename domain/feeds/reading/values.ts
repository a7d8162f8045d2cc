/** Amounts, dates and numbers as such files write them. No function here throws. */

/** A longer text is no amount, date or number, and takes long to be compared with their patterns. */
const longestValue = 48;

/** What exports write for a value that is not there. */
const blanks = new Set(['', '-', '--', 'n/a', 'na', 'null', '(null)', 'none', 'nil']);

/** Without spaces around it; empty when it stands for nothing. */
export function cellValue(cell: string): string {
  const text = trimmed(cell);
  // Most values begin with none of the letters of those words.
  if (text.length > 6 || !/^[-(nN]/.test(text)) return text;
  return blanks.has(text.toLowerCase()) ? '' : text;
}

/** `trim`, which costs a call into V8's runtime, only where there may be something to trim. */
export function trimmed(text: string): string {
  const isPlain = isVisibleAscii(text.charCodeAt(0)) && isVisibleAscii(text.charCodeAt(text.length - 1));
  return isPlain ? text : text.trim();
}

function isVisibleAscii(code: number): boolean {
  return code > 0x20 && code < 0x7f;
}

/** What was read of a text before: files repeat the same values, and finding one takes less time than reading it. */
export class Memory<T> {
  readonly #read: (text: string) => T;
  readonly #found = new Map<string, T>();

  constructor(read: (text: string) => T) {
    this.#read = read;
  }

  of(text: string): T {
    let found = this.#found.get(text);
    if (found === undefined) {
      found = this.#read(text);
      if (this.#found.size >= 20_000) this.#found.clear();
      this.#found.set(text, found);
    }
    return found;
  }
}

const plainAmount = /^(0|[1-9]\d{0,11})(\.\d\d)?$/;
/** Groups of three with commas or none at all; decimals, of which those after the second are zeros. */
const usAmount = /^(\d+|\d{1,3}(?:,\d{3})+)?(?:\.(\d{0,2})0*)?$/;
/** `1.234,50` has both marks, and so cannot be anything else; `1.234` and `12,50` could. */
const europeanAmount = /^(\d{1,3}(?:\.\d{3})+),(\d{2})$/;

/**
 * An amount: `1234`, `$1,234.50`, `USD 12`, `.50`, `(12.00)`, `-12`, `12-`, `1.234,50`. With at most 2 decimals and 12 digits before them.
 * @returns with 2 decimals, such as `1234.50`; null when it is none
 */
export function readAmount(text: string): string | null {
  const plain = plainAmount.exec(text);
  if (plain) return plain[2] ? text : `${text}.00`;
  if (/^[1-9]\d{0,2}(?:,\d{3}){1,3}\.\d\d$/.test(text)) return text.replaceAll(',', '');
  if (text.length > longestValue) return null;
  let left = text.replace(/[\s\u00A0\u202F]+/g, '').toUpperCase();
  let signs = 0;
  for (let before = ''; before !== left; ) {
    before = left;
    left = left.replace(/^(?:US?\$|\$|USD)|(?:USD|\$)$/g, '');
    const unsigned = /^\((.*)\)$|^[-\u2212](.*)$|^(.*)-$/.exec(left);
    if (!unsigned) continue;
    signs++;
    left = unsigned[1] ?? unsigned[2] ?? unsigned[3]!;
  }
  if (signs === 0) left = left.replace(/^\+/, '');
  const parts = usAmount.exec(left) ?? europeanAmount.exec(left);
  if (!parts || signs > 1 || !/\d/.test(left)) return null;
  return decimals((parts[1] ?? '').replace(/[,.]/g, ''), parts[2] ?? '', signs === 1);
}

function decimals(whole: string, cents: string, isNegative: boolean): string | null {
  const digits = whole.replace(/^0+(?=\d)/, '') || '0';
  if (digits.length > 12) return null;
  const amount = `${digits}.${cents.padEnd(2, '0')}`;
  return isNegative && amount !== '0.00' ? `-${amount}` : amount;
}

/** A whole number from 0 to `most`, such as `120`, `120.0` or `120 months`; null when it is none. */
export function readCount(text: string, most: number): number | null {
  if (/^\d{1,3}$/.test(text)) return Number(text) <= most ? Number(text) : null;
  if (text.length > longestValue) return null;
  const [, digits] = /^\+?(\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.0*)?\s*(?:m|mo|mos|mths?|months?)?\.?$/i.exec(text) ?? [];
  const count = Number(digits?.replaceAll(',', ''));
  return digits !== undefined && count <= most ? count : null;
}

/** A model's year: 1900 to 2069, with two digits as in `readDate`; undefined when it says none. */
export function readModelYear(text: string): number | undefined {
  const [, digits] = /^(\d{4}|\d{2})(?:\.0*)?$/.exec(text) ?? [];
  if (digits === undefined || digits === '00') return undefined;
  const year = digits.length === 2 ? eventYear(Number(digits)) : Number(digits);
  return year >= 1900 && year <= lastEventYear ? year : undefined;
}

const firstYear = 1970;
const lastEventYear = 2069;
const lastPaymentYear = 2119;

/** 70 to 99 are of the last century. */
function eventYear(twoDigits: number): number {
  return twoDigits >= 70 ? 1900 + twoDigits : 2000 + twoDigits;
}

const time =
  '(?:(?:T|\\s+)\\d{1,2}:\\d{2}(?::\\d{2}(?:[.,]\\d{1,9})?)?\\s*(?:[AP]\\.?M\\.?)?\\s*(?:Z|[+-]\\d{2}:?\\d{2})?)?';
const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const monthName =
  '(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?';
const weekday = '(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\\s+)?';
const monthFirst = new RegExp(`^(\\d{1,2})([/-])(\\d{1,2})\\2(\\d{4}|\\d{2})${time}$`, 'i');
const yearFirst = new RegExp(`^(\\d{4})([-/.]?)(\\d{1,2})\\2(\\d{1,2})${time}$`, 'i');
const namedMonthFirst = new RegExp(
  `^${weekday}${monthName}[ -]+(\\d{1,2})(?:st|nd|rd|th)?,?[ -]+(\\d{4})${time}$`,
  'i',
);
const namedDayFirst = new RegExp(`^${weekday}(\\d{1,2})[ -]+${monthName},?[ -]+(\\d{4}|\\d{2})${time}$`, 'i');
/** Days since the end of 1899, as spreadsheets count. */
const serial = /^\d{5}(?:\.\d*)?$/;

interface Day {
  year: number;
  month: number;
  day: number;
  /** With two digits. */
  hasShortYear: boolean;
}

function dayOf(text: string): Day | null {
  if (text.length > longestValue) return null;
  if (serial.test(text)) {
    const date = new Date(Date.UTC(1899, 11, 30 + Math.floor(Number(text))));
    return day(String(date.getUTCFullYear()), date.getUTCMonth() + 1, String(date.getUTCDate()));
  }
  let found = monthFirst.exec(text);
  if (found) return day(found[4]!, Number(found[1]), found[3]!);
  found = yearFirst.exec(text);
  // Without marks it has eight digits.
  if (found && (found[2] !== '' || /^\d{8}(?!\d)/.test(text))) return day(found[1]!, Number(found[3]), found[4]!);
  found = namedMonthFirst.exec(text);
  if (found) return day(found[3]!, monthOf(found[1]!), found[2]!);
  found = namedDayFirst.exec(text);
  return found && day(found[3]!, monthOf(found[2]!), found[1]!);
}

function day(year: string, month: number, day: string): Day {
  return { year: Number(year), month, day: Number(day), hasShortYear: year.length === 2 };
}

function monthOf(name: string): number {
  return months.indexOf(name.slice(0, 3).toLowerCase()) + 1;
}

function iso({ month, day }: Day, year: number, lastYear: number): string | null {
  if (year < firstYear || year > lastYear || month < 1 || month > 12 || day < 1) return null;
  if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return null;
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

const dates = new Memory((text) => {
  const found = dayOf(text);
  return found && iso(found, found.hasShortYear ? eventYear(found.year) : found.year, lastEventYear);
});
const paymentDates = new Memory((text) => {
  const found = dayOf(text);
  return found && !found.hasShortYear && iso(found, found.year, lastPaymentYear);
});

/**
 * The day on which something happened, 1970 to 2069: `1/31/2026`, `1-31-26`, `2026-01-31` (with a time or not), `20260131`,
 * `Jan 31, 2026`, `31-Jan-26` or a spreadsheet's number. Of years with two digits 70 to 99 are of the last century.
 * @returns in ISO 8601; null when it is none
 */
export function readDate(text: string): string | null {
  return dates.of(text);
}

/** The day of the last payment for what was sold on that date: a year with two digits is within 90 years, from 10 before the sale. */
export function readPaymentDate(text: string, soldOn: string): string | null {
  const date = paymentDates.of(text);
  if (date !== false) return date;
  const found = dayOf(text)!;
  const from = Number(soldOn.slice(0, 4)) - 10;
  const sinceFrom = (((found.year - from) % 100) + 100) % 100;
  return sinceFrom < 90 ? iso(found, from + sinceFrom, lastPaymentYear) : null;
}
