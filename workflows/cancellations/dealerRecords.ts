import type { KnownCancellation } from '../../activities/cancellations/restoredRecords.ts';
import type { RequestedIntegration } from '../../domain/cancellations/cancellations.ts';
import type { DealerCancellation, Ongoing } from './dealerIntegrations.ts';

/** What the tables are to hold of a dealer's cancellation. */
export function knownOf({ id, integrations }: DealerCancellation): KnownCancellation {
  const known: KnownCancellation = { id, requests: [], withdrawals: [], ended: [], running: [] };
  for (const one of integrations) {
    addRequest(known, one, one);
    if (one.again) addRequest(known, one, one.again);
    const { withdrawal, ended, endedAt, workflowId } = one;
    if (withdrawal && known.withdrawals.every((its) => its.withdrawal.requestId !== withdrawal.requestId))
      known.withdrawals.push({ withdrawal, at: withdrawal.at });
    if (ended) known.ended.push({ progress: ended, at: endedAt! });
    else if (workflowId) known.running.push({ integration: one.integration, workflowId });
  }
  return known;
}

function addRequest({ id, requests }: KnownCancellation, { integration }: Ongoing, of: RequestedIntegration): void {
  const { requestId, whenActive, dealerId, reason, by, requestedAt } = of;
  // The tables did not hold its request when it was adopted from there.
  if (requestId === id) return;
  let known = requests.find(({ request }) => request.requestId === requestId);
  if (!known) {
    const request = { requestId, cancellationId: id, reason, integrations: [], whenActive, by };
    known = { request, at: requestedAt };
    requests.push(known);
  }
  const { request } = known;
  request.integrations.push(integration);
  if (dealerId) request.dealerIds = { ...request.dealerIds, [integration]: dealerId };
}
