const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * A time in full, such as `Nov 25, 2026, 2:10 PM CST`.
 * @param at ISO 8601
 * @param timeZone IANA name; the reader's own when absent
 */
export function fullTime(at: string, timeZone?: string, { seconds = false } = {}): string {
  const key = `${timeZone} ${seconds}`;
  let format = formats.get(key);
  if (!format) {
    const date = { year: 'numeric', month: 'short', day: 'numeric' } as const;
    const time = { hour: 'numeric', minute: '2-digit', timeZoneName: 'short' } as const;
    format = new Intl.DateTimeFormat('en-US', { ...date, ...time, ...(seconds && { second: '2-digit' }), timeZone });
    formats.set(key, format);
  }
  // Intl puts a narrow no-break space before PM, which is no space when it is copied.
  return format.format(new Date(at)).replace(/\u202f/g, ' ');
}

/**
 * The same time on the dealer's clocks, such as `10:27 AM PST`, with the date only where theirs is another one.
 * @param at ISO 8601
 * @param dealerZone IANA name
 * @param readerZone IANA name; the reader's own when absent
 * @returns null where both read the same
 */
export function timeAtDealer(at: string, dealerZone: string, readerZone?: string): string | null {
  const here = fullTime(at, readerZone);
  const there = fullTime(at, dealerZone);
  if (there === here) return null;
  const dateOf = (time: string) => time.slice(0, time.lastIndexOf(', ') + 2);
  return dateOf(there) === dateOf(here) ? there.slice(dateOf(there).length) : there;
}

const inWords = new Intl.RelativeTimeFormat('en-US', { numeric: 'auto' });
const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000];

/**
 * A time as people say it, such as `in 5 hours` or `in 2 days`. From a day away on it counts dates and not hours, so that
 * "tomorrow" is the date after today's.
 * @param at ISO 8601
 * @param now in milliseconds
 * @param timeZone IANA name, whose dates count; the reader's own when absent, as for `fullTime`
 */
export function fromNow(at: string, now: number, timeZone?: string): string {
  const away = Date.parse(at) - now;
  const size = Math.abs(away);
  if (size < minuteMs) return away > 0 ? 'in a moment' : 'just now';
  if (size < hourMs) return inWords.format(Math.round(away / minuteMs), 'minute');
  if (size < dayMs) return inWords.format(Math.round(away / hourMs), 'hour');
  return inWords.format(dayNumber(Date.parse(at), timeZone) - dayNumber(now, timeZone), 'day');
}

const dates = new Map<string | undefined, Intl.DateTimeFormat>();

/** Of the local date: the days since 1970. */
function dayNumber(time: number, timeZone?: string): number {
  let format = dates.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone });
    dates.set(timeZone, format);
  }
  return Date.parse(`${format.format(time)}T00:00:00Z`) / dayMs;
}
