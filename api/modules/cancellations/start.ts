import { joinOrOpenCancellation } from '../../../db/queries/cancellations/requests.ts';
import type { Caller } from '../../../db/queries/keys.ts';
import { withIdempotencyKey } from '../../server/idempotency.ts';
import type { ApiOptions } from '../../server/options.ts';
import { requestOfDealer } from './dealerWorkflow.ts';
import { dealerIdsOf, integrationsToEnd } from './integrations.ts';
import { planOf } from './plan.ts';
import type { CancellationBody, Plan, Started } from './schemas.ts';

export type Answer = { status: 202; body: Started; replayed: boolean } | { status: 200; body: Plan; replayed: false };

/**
 * Starts a cancellation, or joins the one that the dealer has in progress; the same call again gets the same answer.
 * @throws Problem 4xx for what cannot be started, the Idempotency-Key is then free again; and as `withIdempotencyKey` does
 */
export async function startCancellation(
  options: ApiOptions,
  caller: Caller,
  { key, item = -1 }: { key: string; item?: number },
  body: CancellationBody,
): Promise<Answer> {
  const { reason, whenActive } = body;
  if (body.dryRun) {
    const plan = await planOf(options, await integrationsToEnd(options, body), whenActive);
    return { status: 200, body: plan, replayed: false };
  }
  const { db } = options.database;
  const { answer, replayed } = await withIdempotencyKey(
    db,
    { caller: caller.id, key, item },
    body,
    async (requestId) => {
      const { account, integrations } = await integrationsToEnd(options, body);
      const dealerIds = dealerIdsOf(account, integrations);
      const request = { requestId, reason, integrations, dealerIds, whenActive, by: caller.id };
      const { cancellationId: id, taken } = await joinOrOpenCancellation(db, account.id, request, account);
      if (!taken) await requestOfDealer(options, account.id, { ...request, cancellationId: id });
      const started: Started = {
        ...{ id, account: account.id, dealerName: account.name, state: 'open', integrations },
        address: `/v1/cancellations/${id}`,
      };
      return { status: 202 as const, body: started };
    },
  );
  return { ...answer, replayed };
}
