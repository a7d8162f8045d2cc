import { type HealthDay, inWords } from '../words.ts';

const sumOf = (days: readonly HealthDay[]) => days.reduce((sum, { rows }) => sum + rows, 0);

/** The rows of the last 7 dates against those of the 7 before: all weekdays are in both. */
export function trendWords(days: readonly HealthDay[]): string {
  const [now, before] = [sumOf(days.slice(-7)), sumOf(days.slice(-14, -7))];
  if (before === 0) return now === 0 ? 'no rows in 14 days' : 'first rows in 14 days';
  const percent = Math.round((100 * (now - before)) / before);
  if (percent === 0) return 'unchanged';
  return percent > 0 ? `up ${inWords(percent)}%` : `down ${-percent}%`;
}

/** What a chart of days shows. */
export function daysWords(days: readonly HealthDay[]): string {
  const delivered = days.filter(({ rows }) => rows > 0);
  const span = `the last ${days.length} days`;
  const rejected = days.reduce((sum, day) => sum + day.rejected, 0);
  const rejectedWords = rejected > 0 ? `; ${inWords(rejected)} rejected` : '';
  if (delivered.length === 0) return `No rows in ${span}${rejectedWords}`;
  const most = delivered.reduce((one, other) => (other.rows > one.rows ? other : one));
  const on = delivered.length === 1 ? 'one of them' : `${delivered.length} of them`;
  return `${inWords(sumOf(days))} rows in ${span}, on ${on}; most on ${most.date}: ${inWords(most.rows)}${rejectedWords}`;
}
