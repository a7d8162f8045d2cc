import { defineSearchAttributeKey, type SearchAttributePair, SearchAttributeType } from '@temporalio/common';
import { type IntegrationName, vendorTitle } from './vendors.ts';

/** What people search for in Temporal's Web UI; never anything personal. All are keywords. */
export const dealerAttribute = defineSearchAttributeKey('Dealer', SearchAttributeType.KEYWORD);
export const vendorAttribute = defineSearchAttributeKey('Vendor', SearchAttributeType.KEYWORD);
export const processAttribute = defineSearchAttributeKey('Process', SearchAttributeType.KEYWORD);
export const stageAttribute = defineSearchAttributeKey('Stage', SearchAttributeType.KEYWORD);
export const waitingOnAttribute = defineSearchAttributeKey('WaitingOn', SearchAttributeType.KEYWORD);

export const searchAttributeNames = ['Dealer', 'Vendor', 'Process', 'Stage', 'WaitingOn'] as const;

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
  const waitingOn = ended ? 'nobody' : `${open} of ${integrations.length} integrations`;
  return [
    { key: dealerAttribute, value: account },
    { key: processAttribute, value: 'cancellations' },
    { key: vendorAttribute, value: integrations.length === 1 ? vendorTitle(integrations[0]!) : 'several' },
    { key: stageAttribute, value: ended ? 'ended' : 'under way' },
    { key: waitingOnAttribute, value: told ? waitingOn : 'dealerops' },
  ];
}
