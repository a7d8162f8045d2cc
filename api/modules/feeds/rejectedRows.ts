import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { z } from 'zod';
import {
  listRejectedRows,
  type RejectedRowOfFile,
  rejectedRowById,
  saveCorrection,
} from '../../../db/queries/feeds/rejectedRows.ts';
import { type FeedImportRow, importById } from '../../../db/queries/feeds/runs.ts';
import type { Cells, CorrectableRow } from '../../../domain/feeds/corrections.ts';
import type { CorrectionsResult } from '../../../domain/feeds/messages.ts';
import { importCorrectedRowsWorkflow } from '../../../domain/feeds/workflowStarts.ts';
import { FeedRejectedRowId, notAnId } from '../../../domain/shared/inputs.ts';
import { pointed } from '../../server/faults.ts';
import { withIdempotencyKey } from '../../server/idempotency.ts';
import { IdempotencyHeaders } from '../../server/idempotencyKey.ts';
import { inNameOf } from '../../server/inNameOf.ts';
import type { ApiOptions, App } from '../../server/options.ts';
import { readPage } from '../../server/paging.ts';
import { temporalDeadline } from '../../server/plugins/limits.ts';
import { type Fault, Problem } from '../../server/problems.ts';
import { Instant } from '../../server/time.ts';
import { workflowAddress } from '../../server/webUi/workflowAddress.ts';
import { actingOf } from '../shared/activePerson.ts';
import { feedImport, ImportId } from './imports.ts';
import { missingFor } from './importView.ts';
import {
  FeedCorrection,
  FeedCorrectionsImport,
  FeedRejectedRow,
  FeedRejectedRowPage,
  RejectedRowsQuery,
  StartedCorrections,
} from './rejectedRowSchemas.ts';
import { openRejectedRow, rejectedRowView, rowChanged } from './rejectedRowView.ts';

const list = 'rejected rows';
const place = z.tuple([z.literal(list), Instant, z.int(), z.uuid(notAnId)]);
/** For people: the rows are usually imported when they see the answer. */
const patienceMs = 3_000;
/** Of those that a file does not have, a message names so many, each shortened. */
const [namedColumns, longestName] = [10, 64];

/** Rejected rows: listed, corrected, and imported after all. */
export async function rejectedRowRoutes(app: App, options: ApiOptions): Promise<void> {
  const tags = ['feeds'];
  const { db } = options.database;
  const params = z.object({ id: FeedRejectedRowId });

  app.get(
    '/v1/feeds/imports/:id/rejected-rows',
    {
      config: { scope: 'read' },
      schema: {
        tags,
        operationId: 'listRejectedRows',
        summary: 'Rows of a feed import that could not be read, in the order in which they were rejected',
        description: 'Their cells are shown to keys with the scope `contacts:read` only.',
        params: ImportId,
        querystring: RejectedRowsQuery,
        response: { 200: FeedRejectedRowPage },
        problems: [404],
      },
    },
    async ({ params: { id }, query: { state, file, run, ...page }, caller }) => {
      const of = await feedImport(options, id);
      const { items, nextCursor } = await readPage(page, {
        place,
        read: (after, limit) =>
          listRejectedRows(db, id, {
            ...{ state, fileId: file, runId: run, limit },
            after: after && { at: after[1], line: after[2], id: after[3] },
          }),
        placeOf: ({ at, line, id: last }) => [list, at, line, last],
      });
      return { rows: items.map((row) => rejectedRowView(options, caller!, of, row)), nextCursor };
    },
  );

  app.get(
    '/v1/feeds/rejected-rows/:id',
    {
      config: { scope: 'read' },
      schema: {
        tags,
        operationId: 'getRejectedRow',
        summary: 'A row that could not be read, with its correction',
        params,
        response: { 200: FeedRejectedRow },
        problems: [404],
      },
    },
    async ({ params: { id }, caller }) => {
      const { of, row } = await rejectedRow(id);
      return rejectedRowView(options, caller!, of, row);
    },
  );

  app.put(
    '/v1/feeds/rejected-rows/:id/correction',
    {
      config: { scope: 'feeds:write' },
      schema: {
        tags,
        operationId: 'correctRejectedRow',
        summary: 'Give other values for cells of a rejected row',
        description:
          'The row is read again with these values. When it still cannot be, nothing is kept, and `errors` of the answer 422 has a reason for each cell, as `/cells/<column>`. A correction that is kept is imported by a request of its own.',
        params,
        body: FeedCorrection,
        response: { 200: FeedRejectedRow },
        problems: [404, 409, 422],
      },
    },
    async ({ params: { id }, body: { version, cells }, caller }) => {
      const { of, row } = await rejectedRow(id);
      if (row.state !== 'open' || row.version !== version) throw rowChanged(row);
      const opened = openRejectedRow(options, of, row);
      if ('problem' in opened) throw new Problem(409, 'conflict', `The row cannot be corrected. ${opened.problem}`);
      assertReadable(opened.row, cells);
      const sealed = options.cipher.encrypt(Buffer.from(JSON.stringify(cells)));
      const given = { sealed, columns: Object.keys(cells), account: of.account };
      const saved = await saveCorrection(db, row, given, actingOf(caller));
      if (!saved) throw rowChanged((await rejectedRow(id)).row);
      return rejectedRowView(options, caller!, of, saved);
    },
  );

  app.post(
    '/v1/feeds/imports/:id/rejected-rows/import',
    {
      config: { scope: 'feeds:write' },
      schema: {
        tags,
        operationId: 'importCorrectedRows',
        summary: 'Import rejected rows after all: those that have a correction, or that are read by now',
        description:
          'Rows that still cannot be read stay as they are. A row whose activity a later row has written leaves the activity as it is.',
        params: ImportId,
        headers: IdempotencyHeaders,
        body: FeedCorrectionsImport,
        response: { 202: StartedCorrections },
        problems: [404, 409, 422],
        responseHeaders: { 202: ['Idempotency-Replayed'] },
      },
    },
    async ({ params: { id }, headers, body: { ids }, caller }, reply) => {
      const { id: by } = caller!;
      const call = { caller: by, key: headers['idempotency-key'], item: -1 };
      const asked = { importId: id, ids };
      const { answer, replayed } = await withIdempotencyKey(db, call, asked, async (requestId) => {
        const of = await feedImport(options, id);
        const missing = missingFor(options, 'import_corrected', of);
        if (missing) throw new Problem(409, 'conflict', missing);
        return { status: 202 as const, body: await startCorrections(of, { requestId, by, ids }) };
      });
      if (replayed) reply.header('idempotency-replayed', 'true');
      return reply.code(202).send(answer.body);
    },
  );

  /** @throws Problem 404 */
  async function rejectedRow(id: string): Promise<{ of: FeedImportRow; row: RejectedRowOfFile }> {
    const row = await rejectedRowById(db, id);
    const of = row && (await importById(db, row.importId));
    if (!of) throw new Problem(404, 'not-found', `There is no rejected row ${id}.`);
    return { of, row };
  }

  async function startCorrections(
    of: FeedImportRow,
    start: { requestId: string; by: string; ids?: string[] },
  ): Promise<StartedCorrections> {
    const { temporal } = options;
    const workflow = importCorrectedRowsWorkflow(of, start);
    await temporal.withDeadline(temporalDeadline(), async () => {
      try {
        await inNameOf(temporal, start.by).start('importCorrectedRows', workflow);
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
    });
    const handle = temporal.workflow.getHandle(workflow.workflowId);
    const result = await temporal
      .withDeadline(Date.now() + patienceMs, () => handle.result() as Promise<CorrectionsResult>)
      .catch(() => null);
    return { result, webUi: workflowAddress(options, workflow.workflowId) };
  }
}

/** @throws Problem 422 with a reason for each cell */
function assertReadable({ columns, read }: CorrectableRow, cells: Cells): void {
  const unknown = Object.keys(cells).filter((column) => !columns.includes(column));
  if (unknown.length > 0) {
    const names = unknown.slice(0, namedColumns).map((column) => JSON.stringify(column.slice(0, longestName)));
    throw unreadable(
      unknown.map((column) => ({ path: pathOf(column), message: 'is not a column of the file' })),
      `the file has no column ${names.join(', ')}.`,
    );
  }
  const reading = read(cells);
  if ('row' in reading) return;
  throw unreadable(reading.rejections.map(({ column, reason }) => ({ path: pathOf(column), message: reason })));
}

function pathOf(column: string | undefined): string {
  return column === undefined ? '/cells' : `/cells/${pointed(column)}`;
}

function unreadable(errors: Fault[], why = errors.map(({ message }) => message).join(' ')): Problem {
  const detail = `The row cannot be read with these values: ${why}`;
  return new Problem(422, 'invalid-request', detail, { errors });
}
