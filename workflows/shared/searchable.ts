import type { SearchAttributePair } from '@temporalio/common';
import { upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';

/** Sets what people search for in Temporal's Web UI, where it has changed: each change is an event, and a write to its index. */
export function searchable(pairs: SearchAttributePair[]): void {
  const { typedSearchAttributes } = workflowInfo();
  const changed = pairs.filter(({ key, value }) => typedSearchAttributes.get(key) !== value);
  if (changed.length > 0) upsertSearchAttributes(changed);
}
