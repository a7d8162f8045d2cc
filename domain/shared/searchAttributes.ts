import { defineSearchAttributeKey, type SearchAttributePair, SearchAttributeType } from '@temporalio/common';
import type { Process } from './processes.ts';

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

/** All five, of one workflow; by codes, never titles. */
export function searchAttributes(of: {
  process: Process;
  /** Absent where it is for all dealers. */
  account?: string;
  vendor: string;
  stage: string;
  waitingOn: string;
}): SearchAttributePair[] {
  const pairs: SearchAttributePair[] = [
    { key: processAttribute, value: of.process },
    { key: vendorAttribute, value: of.vendor },
    { key: stageAttribute, value: of.stage },
    { key: waitingOnAttribute, value: of.waitingOn },
  ];
  return of.account === undefined ? pairs : [{ key: dealerAttribute, value: of.account }, ...pairs];
}

/** Of a notice to our own people, which is apart from the process that it tells of. */
export const noticeSearchAttributes: SearchAttributePair[] = [{ key: processAttribute, value: 'notices' }];
