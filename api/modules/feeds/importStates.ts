import { timeOf } from '../../../db/clock.ts';
import { changeFeedImport, pauseChanges, resumeChanges } from '../../../db/queries/feeds/imports.ts';
import type { FeedImportRow } from '../../../db/queries/feeds/runs.ts';
import type { Caller } from '../../../db/queries/keys.ts';
import { endFeedImportWorkflow } from '../../../domain/feeds/workflowStarts.ts';
import { localDate } from '../../../domain/shared/dailyTimes.ts';
import { inNameOf } from '../../server/inNameOf.ts';
import type { ApiOptions, App } from '../../server/options.ts';
import { temporalDeadline } from '../../server/plugins/limits.ts';
import { Problem } from '../../server/problems.ts';
import { actingOf } from '../shared/activePerson.ts';
import { applyImport } from './applyImport.ts';
import { conflictOfImports } from './assertUsable.ts';
import { ImportId, unknownImport } from './imports.ts';
import { importView, missingFor } from './importView.ts';
import { FeedEnd, FeedImport, FeedPause, type ImportAction } from './schemas.ts';

/** A later date is a typing error. */
const longestYears = 5;

/** Feed imports are paused, resumed and ended. */
export async function importStateRoutes(app: App, options: ApiOptions): Promise<void> {
  const { db } = options.database;
  const config = { scope: 'feeds:write' } as const;
  const schema = {
    tags: ['feeds'],
    params: ImportId,
    response: { 200: FeedImport },
    problems: [404, 409, 422] as const,
  };

  app.post(
    '/v1/feeds/imports/:id/pause',
    {
      config,
      schema: {
        ...schema,
        operationId: 'pauseFeedImport',
        summary: 'No files are taken until it is resumed; a run in progress goes on',
        body: FeedPause,
      },
    },
    async ({ params, body: { reason }, caller, log }) => {
      const to = pauseChanges(caller!.id, reason, await timeOf(db));
      return change(params.id, caller!, 'pause', log, () => ({ to, action: 'Feed import paused', detail: reason }));
    },
  );

  app.post(
    '/v1/feeds/imports/:id/resume',
    {
      config,
      schema: {
        ...schema,
        operationId: 'resumeFeedImport',
        summary: 'Files are taken again, the next time at the import’s time of day',
      },
    },
    async ({ params, caller, log }) => {
      const to = resumeChanges(await timeOf(db));
      return change(params.id, caller!, 'resume', log, () => ({ to, action: 'Feed import resumed', detail: null }));
    },
  );

  app.post(
    '/v1/feeds/imports/:id/end',
    {
      config,
      schema: {
        ...schema,
        operationId: 'endFeedImport',
        summary: 'End a feed import on a date: its files are not taken any more, and its activities stay',
        description:
          'The account manager has followed the contract before: the reference says where that is written. Until the date it can be requested again with another date, or withdrawn.',
        body: FeedEnd,
      },
    },
    async ({ params, body: { contractReference, effectiveOn }, caller, log }) => {
      const now = await timeOf(db);
      return change(params.id, caller!, 'end', log, (row) => {
        assertDate(effectiveOn, now, row.timeZone);
        const to = { endsOn: effectiveOn, contractReference, endRequestedBy: caller!.id };
        return { to, action: 'End of the feed import requested' };
      });
    },
  );

  app.delete(
    '/v1/feeds/imports/:id/end',
    {
      config,
      schema: {
        ...schema,
        operationId: 'withdrawFeedImportEnd',
        summary: 'The feed import does not end: its end was requested, and its date has not come',
      },
    },
    async ({ params, caller, log }) => {
      const to = { endsOn: null, contractReference: null, endRequestedBy: null };
      return change(params.id, caller!, 'withdraw_end', log, () => ({
        to,
        action: 'End of the feed import withdrawn',
      }));
    },
  );

  /** @throws Problem 404, or 409 where the import as it is then does not allow it */
  async function change(
    id: string,
    caller: Caller,
    action: ImportAction,
    log: Parameters<typeof applyImport>[2]['log'],
    changeOf: (row: FeedImportRow) => ReturnType<Parameters<typeof changeFeedImport>[3]>,
  ): Promise<FeedImport> {
    const changed = await changeFeedImport(db, id, actingOf(caller), (row) => {
      const missing = missingFor(options, action, row);
      if (missing) throw new Problem(409, 'conflict', missing);
      return changeOf(row);
    });
    if (!changed) throw unknownImport(id);
    if ('conflict' in changed) throw conflictOfImports(changed);
    const { id: by } = caller;
    const row = changed.isChanged ? await applyImport(options, changed.row, { by, log }) : changed.row;
    // After the schedule is applied: an end that takes effect today deletes it.
    if (action === 'end' || action === 'withdraw_end') await tellEnd(row, caller);
    return importView(options, caller, row);
  }

  /** The workflow that ends the import on its date reads the date again. */
  async function tellEnd(row: FeedImportRow, { id: by }: Caller): Promise<void> {
    const { temporal } = options;
    await temporal.withDeadline(temporalDeadline(), () =>
      inNameOf(temporal, by).signalWithStart('endFeedImport', endFeedImportWorkflow(row)),
    );
  }
}

/** @throws Problem 422 */
function assertDate(date: string, now: Date, timeZone: string): void {
  const today = localDate(now, timeZone);
  const last = `${Number(today.slice(0, 4)) + longestYears}${today.slice(4)}`;
  if (date >= today && date <= last) return;
  const message =
    date < today
      ? `is before ${today}, which is today in the dealer’s time zone (${timeZone})`
      : `is more than ${longestYears} years away: check the year`;
  throw new Problem(422, 'invalid-request', `effectiveOn ${message}.`, { errors: [{ path: '/effectiveOn', message }] });
}
