import { z } from 'zod';
import { recordEvent } from '../../../db/queries/events.ts';
import { conflictOf } from '../../../db/queries/feeds/imports.ts';
import { type FeedRunRow, filesOfRun, findFeedRun, listFeedRuns } from '../../../db/queries/feeds/runLists.ts';
import { type FeedImportRow, importById } from '../../../db/queries/feeds/runs.ts';
import type { Caller } from '../../../db/queries/keys.ts';
import type { FeedRunTrigger } from '../../../domain/feeds/feeds.ts';
import { faultsOfSettings } from '../../../domain/feeds/importRules.ts';
import { FeedRunId } from '../../../domain/shared/inputs.ts';
import { timePlace } from '../../server/cursor.ts';
import { withIdempotencyKey } from '../../server/idempotency.ts';
import { IdempotencyHeaders } from '../../server/idempotencyKey.ts';
import type { ApiOptions, App } from '../../server/options.ts';
import { pageQuery, readPage } from '../../server/paging.ts';
import { invalidRequest, Problem } from '../../server/problems.ts';
import { workflowAddress } from '../../server/webUi/workflowAddress.ts';
import { conflictOfImports } from './assertUsable.ts';
import { feedImport, ImportId } from './imports.ts';
import { missingFor } from './importView.ts';
import { reportOf } from './runReport.ts';
import { FeedBackfill, FeedRun, FeedRunPage, type ImportAction, mostFiles, StartedRun } from './schemas.ts';
import { startRun } from './startRun.ts';

/** Runs of feed imports: started, listed and seen. */
export async function runRoutes(app: App, options: ApiOptions): Promise<void> {
  const tags = ['feeds'];
  const { db } = options.database;
  const config = { scope: 'feeds:write' } as const;
  const starting = {
    tags,
    params: ImportId,
    headers: IdempotencyHeaders,
    response: { 202: StartedRun },
    problems: [404, 409, 422] as const,
    responseHeaders: { 202: ['Location', 'Idempotency-Replayed'] as const },
  };

  app.post(
    '/v1/feeds/imports/:id/run',
    {
      config,
      schema: {
        ...starting,
        operationId: 'runFeedImport',
        summary: 'Take the files of an import now, besides the run of its date',
      },
    },
    async ({ params, headers, caller }, reply) => {
      const { started, head } = await start(params.id, headers, caller!, 'manual', {});
      return reply.code(202).headers(head).send(started);
    },
  );

  app.post(
    '/v1/feeds/imports/:id/dry-run',
    {
      config,
      schema: {
        ...starting,
        operationId: 'dryRunFeedImport',
        summary: 'Read the files of an import and say what would become of their rows; nothing changes',
      },
    },
    async ({ params, headers, caller }, reply) => {
      const { started, head } = await start(params.id, headers, caller!, 'dry_run', {});
      return reply.code(202).headers(head).send(started);
    },
  );

  app.post(
    '/v1/feeds/imports/:id/backfill',
    {
      config,
      schema: {
        ...starting,
        operationId: 'backfillFeedImport',
        summary: 'Take all files of a folder now, such as those of earlier years',
        description:
          'Files whose content was imported before count as known. They are treated on the server as those of any other run: deleted, moved or left.',
        body: FeedBackfill,
      },
    },
    async ({ params, headers, body, caller }, reply) => {
      const { started, head } = await start(params.id, headers, caller!, 'backfill', body);
      return reply.code(202).headers(head).send(started);
    },
  );

  app.get(
    '/v1/feeds/imports/:id/runs',
    {
      config: { scope: 'read' },
      schema: {
        tags,
        operationId: 'listFeedRuns',
        summary: 'Runs of a feed import, the newest first; those in progress with their progress',
        params: ImportId,
        querystring: z.strictObject(pageQuery),
        response: { 200: FeedRunPage },
        problems: [404],
      },
    },
    async ({ params, query }) => {
      await feedImport(options, params.id);
      const { items, nextCursor } = await readPage(query, {
        place: timePlace('feed runs'),
        read: (place, limit) =>
          listFeedRuns(db, params.id, { before: place && { startedAt: place[1], id: place[2] }, limit }),
        placeOf: ({ startedAt, id }) => ['feed runs', startedAt, id],
      });
      return { runs: items.map((row) => ({ ...row, progress: progressOf(row) })), nextCursor };
    },
  );

  app.get(
    '/v1/feeds/runs/:id',
    {
      config: { scope: 'read' },
      schema: {
        tags,
        operationId: 'getFeedRun',
        summary: 'A run with its progress, its counts, and what became of each file; of a dry run its report',
        params: z.object({ id: FeedRunId }),
        response: { 200: FeedRun },
        problems: [404],
      },
    },
    async ({ params, caller }) => {
      const row = await findFeedRun(db, params.id);
      if (!row) throw new Problem(404, 'not-found', `There is no run ${params.id}, or it has not begun yet.`);
      const [of, files] = await Promise.all([importById(db, row.importId), filesOfRun(db, row.id, mostFiles + 1)]);
      return {
        ...row,
        account: of?.account ?? '',
        dealerName: of?.dealerName ?? null,
        progress: progressOf(row),
        files: files.slice(0, mostFiles),
        moreFiles: files.length > mostFiles,
        ...reportOf(options, caller!, row),
        webUi: workflowAddress(options, row.workflowId),
      };
    },
  );

  /** What another import takes, or this one has moved away, is not this one's to take. */
  async function assertOwnFolder(row: FeedImportRow, directory: string): Promise<void> {
    const faults = faultsOfSettings({ ...row, directory }).filter(({ field }) => field === 'moveTo');
    if (faults.length > 0)
      throw invalidRequest([
        { path: '/directory', message: 'is where this import moves its files: choose another one' },
      ]);
    const conflict = await conflictOf(db, { ...row, directory });
    if (conflict) throw conflictOfImports(conflict);
  }

  async function start(
    importId: string,
    { 'idempotency-key': key }: { 'idempotency-key': string },
    { id: by, keyId }: Caller,
    trigger: keyof typeof actionOf,
    { directory }: z.output<typeof FeedBackfill>,
  ): Promise<{ started: StartedRun; head: Record<string, string> }> {
    const call = { caller: by, key, item: -1 };
    const asked = { importId, trigger, directory };
    const { answer, replayed } = await withIdempotencyKey(db, call, asked, async (requestId) => {
      const row = await feedImport(options, importId);
      const missing = missingFor(options, actionOf[trigger], row);
      if (missing) throw new Problem(409, options.feeds.sftp ? 'conflict' : 'not-configured', missing);
      if (directory !== undefined) await assertOwnFolder(row, directory);
      const run = await startRun(options, row, { requestId, trigger, by, directory });
      await recordEvent(db, {
        ...{ id: `feeds/run/${requestId}`, process: 'feeds', subject: importId, by, keyId },
        ...{ account: row.account, vendor: `dms/${row.dms}`, action: requested[trigger] },
        detail: trigger === 'backfill' ? `folder ${directory ?? row.directory}` : null,
      });
      return { status: 202 as const, body: run };
    });
    const { body: started } = answer;
    return { started, head: { location: started.address, ...(replayed && { 'idempotency-replayed': 'true' }) } };
  }
}

const actionOf = { manual: 'run', dry_run: 'dry_run', backfill: 'backfill' } as const satisfies Partial<
  Record<FeedRunTrigger, ImportAction>
>;
/** In the audit trail. */
const requested: Record<keyof typeof actionOf, string> = {
  manual: 'Run requested',
  dry_run: 'Dry run requested',
  backfill: 'Backfill requested',
};

function progressOf({ progress, endedAt }: FeedRunRow): z.output<typeof FeedRun>['progress'] {
  if (!progress || endedAt) return null;
  return { ...progress, endsAt: progress.endsAt ? new Date(progress.endsAt) : null };
}
