import type { SandboxDealer } from '../../sandbox/shared/dealers.ts';
import { eventually } from './eventually.ts';
import type { TestService } from './service.ts';

/** What tests ask about a workflow that continues as new. */

/** Tells a workflow to continue as new, and waits until it has. */
export async function startOver({ client }: TestService, workflowId: string): Promise<void> {
  const handle = client.workflow.getHandle(workflowId);
  const { runId } = await handle.describe();
  await handle.signal('continueAsNew');
  await eventually(async () => (await handle.describe()).runId !== runId);
  // The time-skipping server may never answer an Update that comes during a run's first workflow task.
  await eventually(async () =>
    (await handle.fetchHistory()).events?.some(
      ({ workflowTaskCompletedEventAttributes }) => workflowTaskCompletedEventAttributes,
    ),
  );
}

/** How many events the runs of a workflow have written, from the latest back to its first one. */
export async function eventsOfAllRuns({ client }: TestService, workflowId: string): Promise<number> {
  let count = 0;
  let runId: string | undefined;
  do {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    count += events!.length;
    runId = events![0]!.workflowExecutionStartedEventAttributes?.continuedExecutionRunId || undefined;
  } while (runId);
  return count;
}

/** The same dealer, on Fortellis. */
export function onFortellis(dealer: SandboxDealer): SandboxDealer {
  const fortellisOrgId = `5f0a9c1e-2b7d-4d3c-9a41-${dealer.id.replace(/\D/g, '').padStart(12, '0')}`;
  return { ...dealer, integrations: dealer.integrations.map((one) => ({ ...one, fortellisOrgId })) };
}

/** A dealer with one integration, whose account is its own sales account. */
export function dealerWith(id: string, integration: string, effectiveStatus = 'Cancelled'): SandboxDealer {
  const [kind, vendor] = integration.split('/') as ['crm' | 'dms', string];
  const dealerId = vendor === 'vinsolutions' ? id.replace(/\D/g, '') : `${vendor.toUpperCase()}${id}`;
  return {
    ...{ id, name: `${id} Motors`, effectiveStatus, parentSalesAccountId: null },
    ...{ timeZone: 'America/Chicago', city: 'Exampletown', state: 'TX' },
    integrations: [{ kind, vendor, dealerId }],
  };
}
