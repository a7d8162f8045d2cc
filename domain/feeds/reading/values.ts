/** Amounts, dates and numbers as such files write them. No function here throws. */

/** A longer text is no amount, date or number, and takes long to be compared with their patterns. */
const longestValue = 48;

/** What exports write for a value that is not there. */
const blanks = new Set(['', '-', '--', 'n/a', 'na', 'null', '(null)', 'none', 'nil']);

/** Without spaces around it; empty when it stands for nothing. */
export function cellValue(cell: string): string {
  const text = cell.trim();
  return text.length <= 6 && blanks.has(text.toLowerCase()) ? '' : text;
}

const plainAmount = /^\d{1,12}(?:\.\d{1,2})?$/;
/** Groups of three with commas or none at all; decimals, of which those after the second are zeros. */
const usAmount = /^(\d+|\d{1,3}(?:,\d{3})+)?(?:\.(\d{0,2})0*)?$/;
/** `1.234,50` has both marks, and so cannot be anything else; `1.234` and `12,50` could. */
const europeanAmount = /^(\d{1,3}(?:\.\d{3})+),(\d{2})$/;

/**
 * An amount: `1234`, `$1,234.50`, `USD 12`, `.50`, `(12.00)`, `-12`, `12-`, `1.234,50`. With at most 2 decimals and 12 digits before them.
 * @returns with 2 decimals, such as `1234.50`; null when it is none
 */
export function readAmount(text: string): string | null {
  if (plainAmount.test(text)) return decimals(text.split('.'), false);
  if (text.length > longestValue) return null;
  let left = text.replace(/[\s\u00A0\u202F]+/g, '').toUpperCase();
  let isNegative = false;
  const negative = () => {
    // Twice is no amount.
    if (isNegative) left = '?';
    isNegative = true;
  };
  for (let before = ''; before !== left; ) {
    before = left;
    left = left.replace(/^(?:US?\$|\$|USD)|(?:USD|\$)$/g, '');
    if (/^\(.*\)$/.test(left)) {
      left = left.slice(1, -1);
      negative();
    } else if (/^[-\u2212]/.test(left)) {
      left = left.slice(1);
      negative();
    } else if (left.endsWith('-')) {
      left = left.slice(0, -1);
      negative();
    } else if (!isNegative && left.startsWith('+')) left = left.slice(1);
  }
  const parts = usAmount.exec(left) ?? europeanAmount.exec(left);
  if (!parts || !/\d/.test(left)) return null;
  return decimals([(parts[1] ?? '').replace(/[,.]/g, ''), parts[2] ?? ''], isNegative);
}

function decimals([whole = '', cents = '']: string[], isNegative: boolean): string | null {
  const digits = whole.replace(/^0+(?=\d)/, '') || '0';
  if (digits.length > 12) return null;
  const amount = `${digits}.${cents.padEnd(2, '0')}`;
  return isNegative && amount !== '0.00' ? `-${amount}` : amount;
}

/** A whole number from 0 to `most`, such as `120`, `120.0` or `120 months`; null when it is none. */
export function readCount(text: string, most: number): number | null {
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
  const of = (year: string, month: number, day: string): Day => ({
    year: Number(year),
    month,
    day: Number(day),
    hasShortYear: year.length === 2,
  });
  if (serial.test(text)) {
    const date = new Date(Date.UTC(1899, 11, 30 + Math.floor(Number(text))));
    return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate(), hasShortYear: false };
  }
  const monthOf = (name: string) => months.indexOf(name.slice(0, 3).toLowerCase()) + 1;
  let found = monthFirst.exec(text);
  if (found) return of(found[4]!, Number(found[1]), found[3]!);
  found = yearFirst.exec(text);
  // Without marks it has eight digits.
  if (found && (found[2] !== '' || /^\d{8}(?!\d)/.test(text))) return of(found[1]!, Number(found[3]), found[4]!);
  found = namedMonthFirst.exec(text);
  if (found) return of(found[3]!, monthOf(found[1]!), found[2]!);
  found = namedDayFirst.exec(text);
  if (found) return of(found[3]!, monthOf(found[2]!), found[1]!);
  return null;
}

function iso({ month, day }: Day, year: number, lastYear: number): string | null {
  if (year < firstYear || year > lastYear || month < 1 || month > 12 || day < 1) return null;
  if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return null;
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** Files repeat the same days; reading one takes longer than finding it. */
const mostRemembered = 20_000;
const days = new Map<string, Day | null>();
const dates = new Map<string, string | null>();

function remembered<T>(memory: Map<string, T>, text: string, read: () => T): T {
  let value = memory.get(text);
  if (value === undefined) {
    value = read();
    if (memory.size >= mostRemembered) memory.clear();
    memory.set(text, value);
  }
  return value;
}

/**
 * The day on which something happened, 1970 to 2069: `1/31/2026`, `1-31-26`, `2026-01-31` (with a time or not), `20260131`,
 * `Jan 31, 2026`, `31-Jan-26` or a spreadsheet's number. Of years with two digits 70 to 99 are of the last century.
 * @returns in ISO 8601; null when it is none
 */
export function readDate(text: string): string | null {
  return remembered(dates, text, () => {
    const day = dayOf(text);
    return day && iso(day, day.hasShortYear ? eventYear(day.year) : day.year, lastEventYear);
  });
}

/** The day of the last payment for what was sold on that date: a year with two digits is within 90 years, from 10 before the sale. */
export function readPaymentDate(text: string, soldOn: string): string | null {
  const day = remembered(days, text, () => dayOf(text));
  if (!day) return null;
  const from = Number(soldOn.slice(0, 4)) - 10;
  const sinceFrom = (((day.year - from) % 100) + 100) % 100;
  const year = day.hasShortYear ? from + sinceFrom : day.year;
  if (day.hasShortYear && sinceFrom >= 90) return null;
  return iso(day, year, lastPaymentYear);
}
