import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/** What people search for in Temporal's Web UI; never anything personal. All are keywords. */
export const dealerAttribute = defineSearchAttributeKey('Dealer', SearchAttributeType.KEYWORD);
export const vendorAttribute = defineSearchAttributeKey('Vendor', SearchAttributeType.KEYWORD);
export const processAttribute = defineSearchAttributeKey('Process', SearchAttributeType.KEYWORD);
export const stageAttribute = defineSearchAttributeKey('Stage', SearchAttributeType.KEYWORD);
export const waitingOnAttribute = defineSearchAttributeKey('WaitingOn', SearchAttributeType.KEYWORD);

export const searchAttributeNames = ['Dealer', 'Vendor', 'Process', 'Stage', 'WaitingOn'] as const;
