import type { Client } from '@temporalio/client';
import { stoppedWorkflows } from '../../api/server/stoppedWorkflows.ts';
import { degraded, type Look, ok } from './readiness.ts';

/** No workflow is stopped; degraded only, since all others go on. */
export function workflowsContinue(temporal: Client): Look {
  return async () => {
    const stopped = await stoppedWorkflows(temporal).catch((error) => error as Error);
    if (stopped instanceof Error)
      return degraded('Temporal does not say whether workflows are stopped (needs 1.30 or newer)');
    const { found, total } = stopped;
    if (total === 0) return ok;
    const causes = [...new Set(found.values())].join(', ');
    // Without their IDs, which name dealers: this route needs no key.
    return degraded(
      `${total} ${total === 1 ? 'workflow fails' : 'workflows fail'} at each try (${causes}) and cannot continue until an engineer repairs its code: list them in Temporal by TemporalReportedProblems IS NOT NULL`,
    );
  };
}
