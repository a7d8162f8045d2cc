import { ApplicationFailure } from '@temporalio/common';
import type { FeedImportRow } from '../../db/queries/feeds/runs.ts';
import { localDate } from '../../domain/shared/dailyTimes.ts';

/** Why nothing is taken for an import as it is. @param isDry for a run that changes nothing, which may look while it is paused */
export function whyNotTaken({ state, endsOn, timeZone }: FeedImportRow, isDry: boolean, now: Date): string | undefined {
  if (state === 'ended' || (endsOn !== null && endsOn <= localDate(now, timeZone))) return 'the import has ended';
  if (isDry || state === 'active') return undefined;
  return state === 'paused' ? 'the import is paused' : 'the import is in its trial';
}

/**
 * An import may be paused or end while a run is in progress: it takes nothing more.
 * @throws ApplicationFailure `FeedImportStopped`
 */
export function assertIsTaken(row: FeedImportRow, isDry: boolean): void {
  const reason = whyNotTaken(row, isDry, new Date());
  if (reason) throw ApplicationFailure.nonRetryable(reason, 'FeedImportStopped');
}
