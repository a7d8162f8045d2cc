import { Memory } from './memory.ts';
import { longestValue } from './values.ts';

/** Dates as such files write them. No function here throws. */

const firstYear = 1970;
const lastEventYear = 2069;
const lastPaymentYear = 2119;

/**
 * The day on which something happened, 1970 to 2069: `1/31/2026`, `1-31-26`, `2026-01-31` (with a time or not), `20260131`,
 * `Jan 31, 2026`, `31-Jan-26` or a spreadsheet's number. Of years with two digits 70 to 99 are of the last century.
 * @returns in ISO 8601; null when it is none
 */
export function readDate(text: string): string | null {
  const usual = usualDay(text);
  if (usual > 0) return isoDay(usual, lastEventYear);
  const found = dayIn(text);
  return found && isoDay(numberOf(found.hasShortYear ? eventYear(found.year) : found.year, found), lastEventYear);
}

/** The day of the last payment for what was sold on that date: a year with two digits is within 90 years, from 10 before the sale. */
export function readPaymentDate(text: string, soldOn: string): string | null {
  const usual = usualDay(text);
  if (usual > 0) return isoDay(usual, lastPaymentYear);
  const found = dayIn(text);
  if (!found?.hasShortYear) return found && isoDay(numberOf(found.year, found), lastPaymentYear);
  const from = Number(soldOn.slice(0, 4)) - 10;
  const sinceFrom = (((found.year - from) % 100) + 100) % 100;
  return sinceFrom < 90 ? isoDay(numberOf(from + sinceFrom, found), lastPaymentYear) : null;
}

/** A model's year: 1900 to 2069, with two digits as in `readDate`; undefined when it says none. */
export function readModelYear(text: string): number | undefined {
  const [, digits] = /^(\d{4}|\d{2})(?:\.0*)?$/.exec(text) ?? [];
  if (digits === undefined || digits === '00') return undefined;
  const year = digits.length === 2 ? eventYear(Number(digits)) : Number(digits);
  return year >= 1900 && year <= lastEventYear ? year : undefined;
}

/** 70 to 99 are of the last century. */
function eventYear(twoDigits: number): number {
  return twoDigits >= 70 ? 1900 + twoDigits : 2000 + twoDigits;
}

/** Such as 20260131, also of what is no day. */
function numberOf(year: number, { month, day }: Day): number {
  return year * 10_000 + month * 100 + day;
}

function isoDay(number: number, lastYear: number): string | null {
  return number < (lastYear + 1) * 10_000 ? isoDays.of(number) : null;
}

const isoDays = new Memory((number: number): string | null => {
  const [year, month, day] = [Math.floor(number / 10_000), Math.floor(number / 100) % 100, number % 100];
  if (year < firstYear || month < 1 || month > 12 || day < 1) return null;
  if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return null;
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
});

/** `M/D/YYYY`, as most files have it, as a number such as 20260131; 0 for any other form. */
function usualDay(text: string): number {
  let month = 0;
  let day = 0;
  let part = 0;
  let digits = 0;
  let parts = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0x30 && code <= 0x39) {
      part = part * 10 + code - 0x30;
      digits++;
    } else {
      if (code !== 0x2f || digits < 1 || digits > 2 || parts > 1) return 0;
      if (parts === 0) month = part;
      else day = part;
      part = 0;
      digits = 0;
      parts++;
    }
  }
  return parts === 2 && digits === 4 ? part * 10_000 + month * 100 + day : 0;
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

function dayIn(text: string): Day | null {
  return text.length > longestValue ? null : days.of(text);
}

function dayOf(text: string): Day | null {
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

const days = new Memory(dayOf);
