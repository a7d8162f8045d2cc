import { ApplicationFailure } from '@temporalio/common';
import type { Db } from '../../db/client.ts';
import { type FeedImportRow, importById } from '../../db/queries/feeds/runs.ts';

/** @throws ApplicationFailure `FeedImportUnknown`, not to be tried again */
export async function theImport(db: Db, importId: string): Promise<FeedImportRow> {
  const row = await importById(db, importId);
  if (!row) throw ApplicationFailure.nonRetryable('There is no such feed import', 'FeedImportUnknown');
  return row;
}
