import { setCurrentDetails } from '@temporalio/workflow';
import type { FeedDms, FeedKind } from '../../domain/feeds/feeds.ts';
import { feedSearchAttributes } from '../../domain/feeds/searchAttributes.ts';
import { importTitle } from '../../domain/feeds/workflowStarts.ts';
import { waitingOnCode } from '../shared/checklist.ts';
import { searchable } from '../shared/searchable.ts';

/** In the Web UI: what of an import waits for a task. @param on a person, the team, or `team_lead` */
export function showWaitingTask(
  { account, dms, kind }: { account: string; dms: FeedDms; kind: FeedKind },
  what: string,
  on: string,
): void {
  searchable(feedSearchAttributes({ account, dms, stage: 'waiting', waitingOn: waitingOnCode(on) }));
  setCurrentDetails(`**${importTitle({ account, dms, kind })}: ${what}** waits for ${on}`);
}
