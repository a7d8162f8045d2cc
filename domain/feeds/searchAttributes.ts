import type { SearchAttributePair } from '@temporalio/common';
import type { WaitingOnPeople } from '../shared/checklist.ts';
import { searchAttributes } from '../shared/searchAttributes.ts';
import type { FeedDms, FeedRunOutcome } from './feeds.ts';

/** Of a run: what it does, then how it has ended. */
export type RunStage = 'listing' | 'settling' | 'importing' | FeedRunOutcome;

/** Of one workflow of the feeds. */
export function feedSearchAttributes({
  dms,
  ...of
}: {
  account: string;
  dms: FeedDms;
  stage: RunStage | 'in_progress' | 'waiting' | 'ended' | 'withdrawn';
  waitingOn: 'sftp_server' | 'date' | WaitingOnPeople | 'dealerops' | 'nobody';
}): SearchAttributePair[] {
  return searchAttributes({ process: 'feeds', vendor: `dms/${dms}`, ...of });
}
