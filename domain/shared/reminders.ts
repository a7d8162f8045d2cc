import { addBusinessDays, morningsAround, reminderTimes } from './businessDays.ts';

/** When the people of a task are reminded of it. */

/** `follow-up`: the follow-up date has come. `overdue`: late by a business day; its team lead hears of it too, each business day. */
type ReminderStage = 'due-soon' | 'late' | 'overdue' | 'follow-up';

interface Reminder {
  stage: ReminderStage;
  at: Date;
}

/**
 * The reminder that is due at `now`, which is the latest only where several were missed, and when the next one is. Until the
 * follow-up date there is none, and the task is overdue at the earliest a business day after that date.
 * @throws RangeError when the time zone is not known
 */
export function remindersAt(
  now: Date,
  task: { openedAt: Date; dueAt: Date; followUpAt: Date | null; timeZone: string },
): { due?: Reminder; next: Date } {
  const { openedAt, dueAt, followUpAt, timeZone } = task;
  const { remindAt, escalateAt } = reminderTimes(openedAt, dueAt, timeZone);
  const overdueAt = followUpAt ? latest(escalateAt, addBusinessDays(followUpAt, 1, timeZone)) : escalateAt;
  const reminders: Reminder[] = [
    ...(followUpAt ? [{ stage: 'follow-up' as const, at: followUpAt }] : []),
    { stage: 'due-soon' as const, at: remindAt },
    { stage: 'late' as const, at: dueAt },
    { stage: 'overdue' as const, at: overdueAt },
  ]
    // Of two that come at the same time only one is sent.
    .filter(({ stage, at }) => !followUpAt || stage === 'follow-up' || at > followUpAt)
    .sort((a, b) => a.at.getTime() - b.at.getTime());
  const next = reminders.find(({ at }) => at > now);
  const due = reminders.findLast(({ at }) => at <= now);
  if (next) return { due, next: next.at };
  const morning = morningsAround(now, timeZone);
  const daily = { stage: 'overdue' as const, at: latest(overdueAt, morning.last) };
  return { due: daily, next: morning.next };
}

function latest(one: Date, other: Date): Date {
  return one > other ? one : other;
}
