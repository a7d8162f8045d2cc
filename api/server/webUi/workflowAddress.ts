import type { ApiOptions } from '../options.ts';
import { webUiPath } from './proxied.ts';

/** A workflow's page in Temporal's Web UI; undefined where there is none. Without a run's ID the latest run is shown. */
export function workflowAddress(
  { webUi, namespace }: ApiOptions,
  workflowId: string,
  runId?: string,
): string | undefined {
  if (!webUi) return undefined;
  const run = runId === undefined ? '' : `/${runId}/timeline`;
  const base = 'elsewhere' in webUi ? webUi.elsewhere : webUiPath;
  return `${base}/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}${run}`;
}
