import { DateTime } from 'luxon';
import { type FeedImportRow, importById } from '../../db/queries/feeds/runs.ts';
import { endImport, recordApplied } from '../../db/queries/feeds/schedules.ts';
import { endedImportWatch, importSchedule, scheduledImport } from '../../domain/feeds/workflowStarts.ts';
import { localDate } from '../../domain/shared/dailyTimes.ts';
import type { Schedules } from '../../domain/shared/schedules.ts';
import type { FeedContext } from './context.ts';
import { solveAll } from './problems.ts';

export function scheduleActivities({ database: { db }, temporal, schedules }: FeedContext) {
  /** Whoever changes the import meanwhile has it applied too: the last one to look sees the last version. */
  async function apply(importId: string): Promise<void> {
    let row = await importById(db, importId);
    for (let applied: number | undefined; row && row.version !== applied; ) {
      await makeSchedule(schedules, row);
      applied = row.version;
      row = await recordApplied(db, importId, applied);
    }
  }

  return {
    /** Makes the import's schedule as its row says. Safe to repeat, in any order. */
    applySchedule: ({ importId }: { importId: string }): Promise<void> => apply(importId),

    /** @returns the local date on which the import ends, and when that begins (ISO 8601) */
    async endOfImport({
      importId,
    }: {
      importId: string;
    }): Promise<{ date: string; at: string } | 'ended' | 'withdrawn'> {
      const row = await importById(db, importId);
      if (row?.state === 'ended') return 'ended';
      if (!row?.endsOn) return 'withdrawn';
      const begin = DateTime.fromISO(row.endsOn, { zone: row.timeZone }).startOf('day');
      return { date: row.endsOn, at: begin.toJSDate().toISOString() };
    },

    /**
     * Ends the import: deletes its schedule, closes the tasks of its problems, and has its folder watched. Safe to repeat.
     * @returns false where its date was moved or withdrawn
     */
    async endImport({ importId, at }: { importId: string; at: string }): Promise<boolean> {
      const row = await importById(db, importId);
      const now = new Date(at);
      if (!row || !(await endImport(db, importId, localDate(now, row.timeZone), now))) return false;
      await apply(importId);
      await solveAll({ db, temporal }, importId, 'the feed import has ended');
      await temporal.workflow.start('watchEndedImport', endedImportWatch(row));
      return true;
    },
  };
}

async function makeSchedule(schedules: Schedules, row: FeedImportRow): Promise<void> {
  const key = importSchedule(row.id);
  if (row.state === 'ended' || row.state === 'trial') return schedules.delete(key);
  const { timeZone, localTime, jitterMinutes } = row;
  await schedules.save(
    key,
    { timeZone, localTime, jitterMinutes, overlap: 'skip', catchUpHours: 12 },
    scheduledImport(row),
  );
  if (row.state === 'paused') await schedules.pause(key, row.pausedBy ?? 'dealerops', row.pausedReason ?? '');
  else await schedules.resume(key);
}
