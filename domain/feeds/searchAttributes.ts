import type { SearchAttributePair } from '@temporalio/common';
import type { WaitingOnPeople } from '../shared/checklist.ts';
import { searchAttributes } from '../shared/searchAttributes.ts';
import { type FeedDms, type FeedRunOutcome, feedRunOutcomes } from './feeds.ts';
import { type OnboardingState, type OnboardingWait, onboardingEnds } from './onboarding.ts';

/** Of a run: what it does, then how it has ended. */
export type RunStage = 'listing' | 'settling' | 'importing' | FeedRunOutcome;

/** Of all workflows of the feeds. @internal exported for tests */
export const feedStages = [
  ...['listing', 'settling', 'importing', 'in_progress', 'waiting', 'ended'],
  ...feedRunOutcomes,
  ...onboardingEnds,
] as const;

/** Vendor of an import, such as `dms/ids`. */
export const feedVendor = (dms: FeedDms) => `dms/${dms}`;

/** Of one workflow of the feeds. */
export function feedSearchAttributes({
  dms,
  ...of
}: {
  account: string;
  dms: FeedDms;
  stage: RunStage | 'in_progress' | 'waiting' | 'ended' | OnboardingState;
  /** `date`: until it has come. */
  waitingOn: 'sftp_server' | 'date' | OnboardingWait | WaitingOnPeople | 'nobody';
}): SearchAttributePair[] {
  return searchAttributes({ process: 'feeds', vendor: feedVendor(dms), ...of });
}
