import type { SearchAttributePair } from '@temporalio/common';
import type { WaitingOnPeople } from '../shared/checklist.ts';
import { searchAttributes } from '../shared/searchAttributes.ts';
import type { IntegrationName } from '../shared/vendors.ts';
import type { IntegrationState, WaitingOn } from './cancellations.ts';

/** Of one workflow of the cancellations. */
export function cancellationSearchAttributes(of: {
  /** Absent where it is for all dealers. */
  account?: string;
  vendor: IntegrationName | 'several';
  stage: IntegrationState | 'idle';
  waitingOn: WaitingOn | WaitingOnPeople | 'integrations' | 'dealerops' | 'nobody';
}): SearchAttributePair[] {
  return searchAttributes({ process: 'cancellations', ...of });
}

/**
 * Of a dealer's cancellation. The API starts the workflow with those that it shows first: each later change is an event.
 * @param integrations those that were asked for; none while the workflow has not been told
 * @param open how many of them have not ended
 */
export function dealerSearchAttributes(
  account: string,
  integrations: readonly IntegrationName[],
  open: number,
): SearchAttributePair[] {
  const told = integrations.length > 0;
  const ended = told && open === 0;
  return cancellationSearchAttributes({
    account,
    vendor: integrations.length === 1 ? integrations[0]! : 'several',
    stage: ended ? 'ended' : 'in_progress',
    waitingOn: ended ? 'nobody' : told ? 'integrations' : 'dealerops',
  });
}
