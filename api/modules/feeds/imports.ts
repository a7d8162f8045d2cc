import { z } from 'zod';
import {
  changeFeedImport,
  createFeedImport,
  listFeedImports,
  sharingFiles,
} from '../../../db/queries/feeds/imports.ts';
import { type FeedImportRow, importById } from '../../../db/queries/feeds/runs.ts';
import { trialStage } from '../../../db/queries/feeds/trials.ts';
import type { Caller } from '../../../db/queries/keys.ts';
import { problemWithPattern } from '../../../domain/feeds/fileNames.ts';
import { AccountId, FeedImportId } from '../../../domain/shared/inputs.ts';
import { timePlace } from '../../server/cursor.ts';
import { withIdempotencyKey } from '../../server/idempotency.ts';
import { IdempotencyHeaders } from '../../server/idempotencyKey.ts';
import type { ApiOptions, App } from '../../server/options.ts';
import { pageQuery, readPage } from '../../server/paging.ts';
import { invalidRequest, Problem } from '../../server/problems.ts';
import { actingOf } from '../shared/activePerson.ts';
import { applyImport } from './applyImport.ts';
import { assertUsableSettings, conflictOfImports, dealerOfImport } from './assertUsable.ts';
import { assertVersion } from './assertVersion.ts';
import { Dms, FeedImportChange, Kind, NewFeedImport, type settingsFields } from './importFields.ts';
import { addressOf, importView, metImport, missingFor, summariesOf } from './importView.ts';
import { CreatedFeedImport, FeedImport, FeedImportPage, ImportState } from './schemas.ts';

export const ImportId = z.object({ id: FeedImportId });

/** Why the settings of an import cannot be changed during its trial. */
const beingTried = {
  in_progress: 'The dealer’s first file is being tried with these settings: wait until the trial run has ended.',
  to_approve:
    'A trial of the dealer’s first file waits for its approval, which would not be for the new settings. Have it sent back: the next file is tried with them.',
};

/** Feed imports: created, listed, seen and changed. */
export async function importRoutes(app: App, options: ApiOptions): Promise<void> {
  const tags = ['feeds'];
  const { db } = options.database;

  app.post(
    '/v1/feeds/imports',
    {
      config: { scope: 'feeds:write' },
      schema: {
        tags,
        operationId: 'createFeedImport',
        summary: 'Set up the import of a dealer’s sales or service files',
        description:
          'A dealer has one import of each DMS and kind at a time. Its files are taken once on each local date of the dealer. Two imports may have the same files only where their kinds differ: the header tells then whose a file is, and `sharesFilesWith` says so. Username, password and private key are names of secrets, never the secrets themselves.',
        headers: IdempotencyHeaders,
        body: NewFeedImport,
        response: { 201: CreatedFeedImport },
        problems: [409, 422],
        responseHeaders: { 201: ['Location', 'Idempotency-Replayed'] },
      },
    },
    async ({ body, headers, caller, log }, reply) => {
      const call = { caller: caller!.id, key: headers['idempotency-key'], item: -1 };
      const { answer, replayed } = await withIdempotencyKey(db, call, body, async (id) => {
        const row = await create(id, body, caller!);
        const applied = await applyImport(options, row, { by: caller!.id, log });
        const shared = (await sharingFiles(db, [applied])).get(id) ?? [];
        const { account, dealerName, dms, kind, version } = row;
        const created: CreatedFeedImport = {
          ...{ id, account, dealerName: dealerName ?? account, dms, kind, version, address: addressOf(id) },
          sharesFilesWith: shared.map(metImport),
        };
        return { status: 201 as const, body: created };
      });
      if (replayed) reply.header('idempotency-replayed', 'true');
      return reply.code(201).header('location', answer.body.address).send(answer.body);
    },
  );

  app.get(
    '/v1/feeds/imports',
    {
      config: { scope: 'read' },
      schema: {
        tags,
        operationId: 'listFeedImports',
        summary: 'Feed imports, the newest first',
        querystring: z.strictObject({
          account: AccountId.optional(),
          dms: Dms.optional(),
          kind: Kind.optional(),
          state: ImportState.optional(),
          ...pageQuery,
        }),
        response: { 200: FeedImportPage },
      },
    },
    async ({ query: { cursor, limit: ofPage, ...filter } }) => {
      const { items, nextCursor } = await readPage(
        { cursor, limit: ofPage },
        {
          place: timePlace('feed imports'),
          read: (place, limit) =>
            listFeedImports(db, { ...filter, before: place && { createdAt: place[1], id: place[2] }, limit }),
          placeOf: ({ createdAt, id }) => ['feed imports', createdAt, id],
        },
      );
      return { imports: await summariesOf(options, items), nextCursor };
    },
  );

  app.get(
    '/v1/feeds/imports/:id',
    {
      config: { scope: 'read' },
      schema: {
        tags,
        operationId: 'getFeedImport',
        summary: 'A feed import with its settings, its last run, and what may be done with it now',
        params: ImportId,
        response: { 200: FeedImport },
        problems: [404],
      },
    },
    async ({ params, caller }) => importView(options, caller!, await feedImport(options, params.id)),
  );

  app.patch(
    '/v1/feeds/imports/:id',
    {
      config: { scope: 'feeds:write' },
      schema: {
        tags,
        operationId: 'changeFeedImport',
        summary: 'Change some settings of a feed import',
        description:
          'Only what is named changes. `version` is that of the import as it was read: when somebody else has changed it since, the answer is 409 and nothing changes. A run in progress uses them from its next file on; a new folder or file pattern applies from the next run.',
        params: ImportId,
        body: FeedImportChange,
        response: { 200: FeedImport },
        problems: [404, 409, 422],
      },
    },
    async ({ params, body: { version, ...to }, caller, log }) => {
      const before = await feedImport(options, params.id);
      assertVersion('import', before, version);
      await assertChange(before, to);
      if (before.state === 'trial') {
        const stage = await trialStage(db, before);
        if (stage) throw new Problem(409, 'conflict', beingTried[stage]);
      }
      const { sftp: _always, ...settings } = to;
      const changed = await changeFeedImport(db, params.id, actingOf(caller), (row) => {
        assertVersion('import', row, version);
        return { to: settings, action: 'Feed import changed' };
      });
      if (!changed) throw unknownImport(params.id);
      if ('conflict' in changed) throw conflictOfImports(changed);
      const row = changed.isChanged ? await applyImport(options, changed.row, { by: caller!.id, log }) : changed.row;
      return importView(options, caller!, row);
    },
  );

  async function create(id: string, body: NewFeedImport, caller: Caller): Promise<FeedImportRow> {
    // A call before this one may have come that far.
    const known = await importById(db, id);
    if (known) return known;
    const { sftp: _always, ...entered } = body;
    await assertUsableSettings(options, entered);
    const { id: account, name: dealerName, timeZone } = await dealerOfImport(options, body.account);
    const created = await createFeedImport(db, { ...entered, id, account, dealerName, timeZone }, actingOf(caller));
    if ('conflict' in created) throw conflictOfImports(created);
    return created.row;
  }

  async function assertChange(
    row: FeedImportRow,
    to: Partial<z.output<z.ZodObject<typeof settingsFields>>>,
  ): Promise<void> {
    const missing = missingFor(options, 'change', row);
    if (missing && row.state === 'ended') throw new Problem(409, 'conflict', missing);
    const settings = { ...row, ...to };
    const message = problemWithPattern(settings.filename, settings.regex);
    if (message !== undefined) throw invalidRequest([{ path: '/filename', message }]);
    await assertUsableSettings(options, settings);
  }
}

/** @throws Problem 404 */
export async function feedImport({ database: { db } }: ApiOptions, id: string): Promise<FeedImportRow> {
  const row = await importById(db, id);
  if (!row) throw unknownImport(id);
  return row;
}

export function unknownImport(id: string): Problem {
  return new Problem(404, 'not-found', `There is no feed import ${id}.`);
}
