/** The date to which a person puts a task off, from today: it is on no current list until that morning. Every such wait has an end. */
export const longestFollowUpDays = 60;

const dayMs = 24 * 3_600_000;

/** Whether a task may return at this time, ISO 8601, where its time zone is not known. */
export function isPossibleFollowUp(at: string, now: Date): boolean {
  const away = Date.parse(at) - now.getTime();
  // The morning of the last date may be later in the day than it is now.
  return away > 0 && away <= (longestFollowUpDays + 1) * dayMs;
}

/** Whether a task is on no current list now, since its follow-up date is still to come. */
export function isForLater({ followUpAt }: { followUpAt: Date | null }, now: Date): boolean {
  return followUpAt !== null && followUpAt > now;
}
