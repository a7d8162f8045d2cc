import type { FastifyBaseLogger } from 'fastify';
import { type FeedImportRow, importById } from '../../../db/queries/feeds/runs.ts';
import { applyFeedImportWorkflow } from '../../../domain/feeds/workflowStarts.ts';
import { inNameOf } from '../../server/inNameOf.ts';
import type { ApiOptions } from '../../server/options.ts';
import { temporalDeadline } from '../../server/plugins/limits.ts';

/** For people: the schedule is usually as they want it when they see the answer. */
const patienceMs = 2_000;

/**
 * Has an import's schedule made as its row says, and waits a moment for it. Whatever fails: maintenance finds the row and does it
 * later, and the row says that its schedule is not current.
 * @returns the row as it is then
 */
export async function applyImport(
  { temporal, database: { db } }: Pick<ApiOptions, 'temporal' | 'database'>,
  row: FeedImportRow,
  { by, log }: { by: string; log: FastifyBaseLogger },
): Promise<FeedImportRow> {
  try {
    const handle = await temporal.withDeadline(temporalDeadline(), () =>
      inNameOf(temporal, by).start('applyFeedImport', applyFeedImportWorkflow(row)),
    );
    await temporal.withDeadline(Date.now() + patienceMs, () => handle.result()).catch(() => {});
  } catch (err) {
    log.warn({ err, importId: row.id }, 'the schedule of a feed import will be made later');
  }
  return (await importById(db, row.id)) ?? row;
}
