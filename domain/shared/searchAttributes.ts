import { defineSearchAttributeKey, type SearchAttributePair, SearchAttributeType } from '@temporalio/common';
import type { IntegrationState, WaitingOn } from '../cancellations/cancellations.ts';
import type { WaitingOnPeople } from './checklist.ts';
import type { IntegrationName } from './vendors.ts';

/**
 * What people search for in Temporal's Web UI; never anything personal. All are keywords, and hold codes: a workflow writes
 * only what has changed, so a title that is renamed would make it write where its history did not.
 */
const dealerAttribute = defineSearchAttributeKey('Dealer', SearchAttributeType.KEYWORD);
const vendorAttribute = defineSearchAttributeKey('Vendor', SearchAttributeType.KEYWORD);
const processAttribute = defineSearchAttributeKey('Process', SearchAttributeType.KEYWORD);
const stageAttribute = defineSearchAttributeKey('Stage', SearchAttributeType.KEYWORD);
const waitingOnAttribute = defineSearchAttributeKey('WaitingOn', SearchAttributeType.KEYWORD);

export const searchAttributeNames = ['Dealer', 'Vendor', 'Process', 'Stage', 'WaitingOn'] as const;

/** All five, of one workflow. */
export function searchAttributes(of: {
  /** Absent where it is for all dealers. */
  account?: string;
  vendor: IntegrationName | 'several';
  stage: IntegrationState | 'idle';
  waitingOn: WaitingOn | WaitingOnPeople | 'integrations' | 'dealerops' | 'nobody';
}): SearchAttributePair[] {
  const pairs: SearchAttributePair[] = [
    { key: processAttribute, value: 'cancellations' },
    { key: vendorAttribute, value: of.vendor },
    { key: stageAttribute, value: of.stage },
    { key: waitingOnAttribute, value: of.waitingOn },
  ];
  return of.account === undefined ? pairs : [{ key: dealerAttribute, value: of.account }, ...pairs];
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
  return searchAttributes({
    account,
    vendor: integrations.length === 1 ? integrations[0]! : 'several',
    stage: ended ? 'ended' : 'in_progress',
    waitingOn: ended ? 'nobody' : told ? 'integrations' : 'dealerops',
  });
}

/** Of a notice to our own people, which is apart from the process that it tells of. */
export const noticeSearchAttributes: SearchAttributePair[] = [{ key: processAttribute, value: 'notices' }];
