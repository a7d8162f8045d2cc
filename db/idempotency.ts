import { and, eq, isNull, sql } from 'drizzle-orm';
import type { CancellationRequest } from '../domain/cancellations.ts';
import type { Db } from './client.ts';
import { cancellationRequests, cancellations, idempotencyKeys } from './schema.ts';

export interface KeyOfCall {
  apiKeyId: string;
  key: string;
}
export interface StoredResponse {
  status: number;
  body: unknown;
}

/**
 * Takes an Idempotency-Key for a call; the same key again finds what the first one took.
 * @returns the ID of the call's request, the same at every try, and the answer when there is one already
 */
export async function takeKey(
  db: Db,
  of: KeyOfCall,
  bodyHash: string,
): Promise<{ requestId: string; sameBody: boolean; response: StoredResponse | null }> {
  const [row] = await db
    .insert(idempotencyKeys)
    .values({ ...of, bodyHash, requestId: sql`gen_random_uuid()` })
    // Writes nothing new, but returns the row that is there.
    .onConflictDoUpdate({ target: [idempotencyKeys.apiKeyId, idempotencyKeys.key], set: { key: sql`excluded.key` } })
    .returning();
  return { requestId: row!.requestId, sameBody: row!.bodyHash === bodyHash, response: row!.response };
}

/** Gives the key back: a call that was refused may be put right and sent again with the same key. */
export async function giveKeyBack(db: Db, of: KeyOfCall): Promise<void> {
  await db
    .delete(idempotencyKeys)
    .where(
      and(eq(idempotencyKeys.apiKeyId, of.apiKeyId), eq(idempotencyKeys.key, of.key), isNull(idempotencyKeys.response)),
    );
}

/** In one statement: the call's answer, and the rows by which its cancellation is found before its workflow has written them. */
export async function storeStarted(
  db: Db,
  of: KeyOfCall,
  response: StoredResponse,
  started: { id: string; account: string; request: CancellationRequest },
): Promise<void> {
  const { id, account, request } = started;
  await db.execute(sql`
    with answered as (
      update ${idempotencyKeys} set response = ${JSON.stringify(response)}::jsonb where api_key_id = ${of.apiKeyId} and key = ${of.key}
    ), started as (
      insert into ${cancellations} (id, account, reason, state, requested_by)
      values (${id}, ${account}, ${request.reason}, 'open', ${request.by}) on conflict do nothing
    )
    insert into ${cancellationRequests} (request_id, cancellation_id, reason, integrations, requested_by)
    values (${request.requestId}, ${id}, ${request.reason}, ${JSON.stringify(request.integrations)}::jsonb, ${request.by}) on conflict do nothing`);
}

/** The cancellation that a request was given to, when a try before this one came that far. */
export async function cancellationOfRequest(db: Db, requestId: string): Promise<string | null> {
  const [row] = await db
    .select({ id: cancellationRequests.cancellationId })
    .from(cancellationRequests)
    .where(eq(cancellationRequests.requestId, requestId));
  return row?.id ?? null;
}
