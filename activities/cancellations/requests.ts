import { and, eq, like, lt, ne, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { recordEvent } from '../../db/queries/events.ts';
import { cancellationIntegrations, cancellationRequests, cancellations } from '../../db/schema/cancellations.ts';
import { events } from '../../db/schema/shared.ts';
import type { CancellationRequest } from '../../domain/cancellations/cancellations.ts';
import type { Withdrawal } from '../../domain/cancellations/messages.ts';
import { vendorTitle } from '../../domain/shared/vendors.ts';
import { inWords, sentenceCase } from '../../domain/shared/words.ts';

/** How the tables show a dealer's cancellations, as their workflows say; each write may be repeated and changes nothing then. */

export const accountOf = (cancellationId: string) =>
  sql`(select ${cancellations.account} from ${cancellations} where ${cancellations.id} = ${cancellationId})`;

/**
 * Call it in a transaction.
 * @param at when the workflow took the request, ISO 8601
 */
export async function writeRequest(
  tx: Db,
  { account, request, at }: { account: string; request: CancellationRequest; at: string },
): Promise<void> {
  const { cancellationId } = request;
  const takenAt = new Date(at);
  const eventId = `request/${request.requestId}`;
  // The API has written both rows, unless PostgreSQL has lost them.
  const joinable = sql<boolean>`not exists (select from ${cancellations} as other where other.account = ${account} and other.joinable)`;
  await tx
    .insert(cancellations)
    .values({
      id: cancellationId,
      account,
      reason: request.reason,
      state: 'open',
      joinable,
      requestedBy: request.by,
      startedAt: takenAt,
    })
    .onConflictDoUpdate({
      target: cancellations.id,
      // The API wrote it by PostgreSQL's clock.
      set: { startedAt: sql`least(${cancellations.startedAt}, excluded.started_at)` },
    });
  const ofAnother = and(
    ...[eq(events.process, 'cancellations'), eq(events.subject, cancellationId)],
    ...[like(events.id, 'request/%'), ne(events.id, eventId)],
  );
  const isNew = await recordEvent(tx, {
    ...{ id: eventId, process: 'cancellations', subject: cancellationId, account, at: takenAt },
    by: request.by,
    action: (await tx.$count(events, ofAnother)) > 0 ? 'Cancellation requested again' : 'Cancellation requested',
    detail: `${sentenceCase(inWords(request.reason))}: ${request.integrations.map(vendorTitle).join(', ')}`,
  });
  // It may join a cancellation that was withdrawn, or whose end was being written.
  if (isNew) {
    await tx
      .update(cancellations)
      .set({ state: 'open', closedAt: null, withdrawnAt: null, withdrawnBy: null, withdrawnReason: null })
      .where(eq(cancellations.id, cancellationId));
  }
  // A run after a reset takes the request a second time: it was made when the first one took it.
  const [first] = isNew
    ? [{ at: takenAt }]
    : await tx.select({ at: events.at }).from(events).where(eq(events.id, eventId));
  await tx
    .insert(cancellationRequests)
    .values({
      requestId: request.requestId,
      cancellationId,
      reason: request.reason,
      integrations: request.integrations,
      whenActive: request.whenActive,
      dealerIds: request.dealerIds,
      requestedBy: request.by,
      requestedAt: first!.at,
      takenAt,
    })
    .onConflictDoUpdate({
      target: cancellationRequests.requestId,
      set: { requestedAt: first!.at, takenAt: sql`coalesce(${cancellationRequests.takenAt}, excluded.taken_at)` },
    });
}

/**
 * Of the whole cancellation, or of some of its integrations; the cancellation is open again until those have ended. Call it in
 * a transaction.
 * @param at ISO 8601
 */
export async function writeWithdrawal(
  tx: Db,
  { withdrawal, at }: { withdrawal: Withdrawal; at: string },
): Promise<void> {
  const { requestId, cancellationId, reason, by, integrations } = withdrawal;
  const whole = !integrations && { withdrawnAt: new Date(at), withdrawnBy: by, withdrawnReason: reason };
  const isNew = await recordEvent(tx, {
    ...{ id: `withdrawal/${requestId}`, process: 'cancellations', subject: cancellationId },
    account: accountOf(cancellationId),
    at: new Date(at),
    by,
    action: integrations ? `Withdrawn: ${integrations.map(vendorTitle).join(', ')}` : 'Cancellation withdrawn',
    detail: reason,
  });
  // A late try must not open again what has been closed since.
  if (!isNew) return;
  await tx
    .update(cancellations)
    .set({ ...whole, state: 'open', closedAt: null })
    .where(eq(cancellations.id, cancellationId));
}

/** Writes how an integration stands, unless the tables have a later version of it; a statement that may return columns. */
export function writeIntegration(tx: Db, row: typeof cancellationIntegrations.$inferInsert) {
  const { cancellationId, integration, ...rest } = row;
  return tx
    .insert(cancellationIntegrations)
    .values(row)
    .onConflictDoUpdate({
      target: [cancellationIntegrations.cancellationId, cancellationIntegrations.integration],
      set: rest,
      setWhere: lt(cancellationIntegrations.version, row.version),
    });
}
