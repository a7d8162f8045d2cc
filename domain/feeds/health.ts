/** How a feed does, judged by what it has delivered on each of its dealer's local dates (ISO). Dates have no clock changes. */

/** What was delivered on one date. */
export interface DeliveredDay {
  date: string;
  /** That were imported, known or new. */
  rows: number;
}

/** With fewer earlier dates nothing is usual yet. */
const fewestDays = 3;
/** What is compared: so many weeks, so that seasons and closed days do not last. */
const comparedWeeks = 8;
/** Those weeks and the date itself. */
export const comparedDays = comparedWeeks * 7 + 1;
/** A feed of so few rows varies by chance. */
const fewestRows = 20;
const dayMs = 86_400_000;

/** Since when a feed delivers nothing: its last delivery, or when it became active if that was later. */
export function quietSince({ deliveredAt, activeSince }: { deliveredAt: Date | null; activeSince: Date }): Date {
  return deliveredAt && deliveredAt > activeSince ? deliveredAt : activeSince;
}

export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / dayMs);
}

/**
 * The rows that are usual for the weekday of a date: the median of the same weekday in the weeks before, without dates on which
 * nothing was delivered.
 * @returns undefined where there are too few dates
 */
export function usualRows(days: readonly DeliveredDay[], date: string): number | undefined {
  const rows = days
    .filter((day) => day.rows > 0 && isSameWeekdayBefore(day.date, date))
    .map((day) => day.rows)
    .sort((a, b) => a - b);
  if (rows.length < fewestDays) return undefined;
  const middle = rows.length >> 1;
  return rows.length % 2 === 1 ? rows[middle]! : Math.round((rows[middle - 1]! + rows[middle]!) / 2);
}

function isSameWeekdayBefore(day: string, date: string): boolean {
  const before = daysBetween(day, date);
  return before > 0 && before % 7 === 0 && before <= comparedWeeks * 7;
}

/**
 * @param rows of the date
 * @param share 0 turns the comparison off
 * @returns what is usual, when the date has far fewer rows
 */
export function smallDelivery(
  days: readonly DeliveredDay[],
  { date, rows, share }: { date: string; rows: number; share: number },
): { usual: number } | undefined {
  const usual = usualRows(days, date);
  return usual !== undefined && usual >= fewestRows && rows < usual * share ? { usual } : undefined;
}

/**
 * @param since the last date on which rows were delivered; that on which the import became active, if that was later
 * @param toldOn when a person was last told: the days are counted again from there
 * @returns for how many days nothing was delivered, when a person is to be told
 */
export function silentDays({
  since,
  toldOn,
  today,
  afterDays,
}: {
  since: string;
  toldOn: string | null;
  today: string;
  afterDays: number;
}): number | undefined {
  const days = daysBetween(since, today);
  const untold = toldOn !== null && toldOn > since ? daysBetween(toldOn, today) : days;
  return untold >= afterDays ? days : undefined;
}
