import type { Client } from '@temporalio/client';
import type { Db } from '../../db/client.ts';
import { feedDays, recordDelivery, recordSilenceTold, recordSmallDelivery } from '../../db/queries/feeds/deliveries.ts';
import { openTaskKinds } from '../../db/queries/feeds/problems.ts';
import { findFeedRun } from '../../db/queries/feeds/runLists.ts';
import type { FeedImportRow, RunEnd } from '../../db/queries/feeds/runs.ts';
import { taskOfProblem } from '../../domain/feeds/catalog.ts';
import { comparedDays, quietSince, silentDays, smallDelivery } from '../../domain/feeds/health.ts';
import type { FeedOccurrence, FeedProblem } from '../../domain/feeds/messages.ts';
import { localDate } from '../../domain/shared/dailyTimes.ts';
import { signalProblem } from './problems.ts';

/** What a run shows about the feed's deliveries. */
interface Delivered {
  problems: Partial<Record<FeedProblem, FeedOccurrence>>;
  /** About these the run shows nothing: they stay as they are. */
  unknown: FeedProblem[];
}

/** Whether the run of an import, whose row is ended, has delivered what is usual. */
export async function whatWasDelivered(
  db: Db,
  row: FeedImportRow,
  { runId, counts, outcome, at }: Pick<RunEnd, 'runId' | 'counts' | 'outcome' | 'at'>,
): Promise<Delivered> {
  const run = await findFeedRun(db, runId);
  const nothing: Delivered = { problems: {}, unknown: ['silent', 'small'] };
  if (counts.read === counts.rejected || !run || !['schedule', 'manual'].includes(run.trigger)) return nothing;
  await recordDelivery(db, row.id, at);
  // The rest of the date's rows may be in what could not be taken.
  if (outcome === 'failed') return { problems: {}, unknown: ['small'] };
  const date = run.date ?? localDate(run.startedAt, row.timeZone);
  const days = await feedDays(db, [row.id], comparedDays);
  const rows = days.find((day) => day.date === date)?.rows ?? 0;
  const small = smallDelivery(days, { date, rows, share: row.smallBelowShare });
  if (!small) return { problems: {}, unknown: [] };
  await recordSmallDelivery(db, runId);
  const reason = `${date} has ${rows.toLocaleString('en-US')} rows, and ${small.usual.toLocaleString('en-US')} are usual for its weekday`;
  return { problems: { small: { reason } }, unknown: [] };
}

/** Opens a task where a feed has delivered nothing for as many days as its import says. Safe to repeat. */
export async function tellOfSilence(
  { db, temporal }: { db: Db; temporal: Client },
  row: FeedImportRow,
  now: Date,
): Promise<void> {
  const { timeZone, silenceToldOn, silentAfterDays } = row;
  const today = localDate(now, timeZone);
  const since = localDate(quietSince(row), timeZone);
  const days = silentDays({ since, toldOn: silenceToldOn, today, afterDays: silentAfterDays });
  if (days === undefined) return;
  const open = await openTaskKinds(db, row.id);
  if (!open.includes(taskOfProblem.silent))
    await signalProblem(temporal, row, 'silent', {
      reason: `no rows were delivered for ${days} ${days === 1 ? 'day' : 'days'}, since ${since}`,
    });
  await recordSilenceTold(db, row.id, today);
}
