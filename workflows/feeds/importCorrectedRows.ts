import { setCurrentDetails } from '@temporalio/workflow';
import type { CorrectionsResult, ImportCorrectedRowsStart } from '../../domain/feeds/messages.ts';
import { feedSearchAttributes } from '../../domain/feeds/searchAttributes.ts';
import { importTitle } from '../../domain/feeds/workflowStarts.ts';
import { searchable } from '../shared/searchable.ts';
import { corrections } from './activities.ts';

/** Imports rejected rows that people have corrected: one, several, or all of a feed import. */
export async function importCorrectedRows(start: ImportCorrectedRowsStart): Promise<CorrectionsResult> {
  const { account, dms } = start;
  setCurrentDetails(`**Rejected rows of ${importTitle(start)}** are imported`);
  const summary = start.ids ? `Import ${start.ids.length} rejected rows` : 'Import all rejected rows that can be read';
  const result = await corrections.importCorrections.executeWithOptions({ summary }, [start]);
  searchable(feedSearchAttributes({ account, dms, stage: 'ended', waitingOn: 'nobody' }));
  setCurrentDetails(
    `**Rejected rows of ${importTitle(start)}**: ${result.imported} imported, ${result.stillRejected} still rejected`,
  );
  return result;
}
