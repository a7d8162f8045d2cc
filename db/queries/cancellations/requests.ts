import { eq, sql } from 'drizzle-orm';
import type { CancellationRequest } from '../../../domain/cancellations/cancellations.ts';
import type { Db } from '../../client.ts';
import { cancellationRequests, cancellations } from '../../schema/cancellations.ts';

/**
 * Gives a request to the dealer's cancellation that takes requests, or to a new one: of requests at once for one dealer each
 * gets the same. What is written here is carried out, also when the caller never hears of it: the dealer's workflow, which is to
 * be told next, reads the request when it was not.
 * @param dealer as the dealer's account has it now
 * @returns the cancellation's ID, the same for the same request; `taken` when its workflow has the request already
 */
export async function joinOrOpenCancellation(
  db: Db,
  account: string,
  request: Omit<CancellationRequest, 'cancellationId'>,
  dealer: { name: string; timeZone: string },
): Promise<{ cancellationId: string; taken: boolean }> {
  const { requestId, reason, integrations, dealerIds, whenActive, by } = request;
  return db.transaction(async (tx) => {
    const [known] = await tx
      .select({ cancellationId: cancellationRequests.cancellationId, takenAt: cancellationRequests.takenAt })
      .from(cancellationRequests)
      .where(eq(cancellationRequests.requestId, requestId));
    if (known) return { cancellationId: known.cancellationId, taken: known.takenAt !== null };
    const [cancellation] = await tx
      .insert(cancellations)
      .values({
        ...{ id: sql`gen_random_uuid()`, account, dealerName: dealer.name, timeZone: dealer.timeZone },
        ...{ reason, state: 'open', joinable: true, requestedBy: by },
      })
      // Writes nothing new, and locks the row: it is not closed before this request is in it.
      .onConflictDoUpdate({
        target: cancellations.account,
        targetWhere: sql`${cancellations.joinable}`,
        set: { joinable: true },
      })
      .returning({ id: cancellations.id });
    const cancellationId = cancellation!.id;
    await tx
      .insert(cancellationRequests)
      .values({ requestId, cancellationId, reason, integrations, whenActive, dealerIds, requestedBy: by });
    return { cancellationId, taken: false };
  });
}
