import { and, eq, isNull, sql } from 'drizzle-orm';
import { type Db, preparedOnce } from '../client.ts';
import { idempotencyKeys } from '../schema/shared.ts';

export interface KeyOfCall {
  /** The person or system (`Caller.id`): a new API key of the same caller makes no new call of an old one. */
  caller: string;
  key: string;
  /** Place in the batch that was sent with this key; -1 for the call itself. */
  item: number;
}
export interface StoredResponse {
  status: number;
  body: unknown;
}

/** Ours to carry out; `fresh` when no call before it came that far. */
export interface OwnKey {
  state: 'ours';
  requestId: string;
  fresh: boolean;
  /** When this call took the key, to the microsecond: tells its lease from that of a call that took over from it. */
  leasedAt: string;
}

/**
 * How a call stands whose Idempotency-Key was taken: `ours` to carry out, with the ID of its request, which is the same at
 * every try; `in_progress` in another call; `answered`; or `reused` with another body.
 */
export type TakenKey =
  | OwnKey
  | { state: 'in_progress' }
  | { state: 'answered'; response: StoredResponse }
  | { state: 'reused' };

/** A call that has not answered within this time has ended without an answer, such as by a crash. */
const longestCallSeconds = 30;

const isKey = ({ caller, key, item }: KeyOfCall) =>
  and(eq(idempotencyKeys.caller, caller), eq(idempotencyKeys.key, key), eq(idempotencyKeys.item, item));

const lease = { requestId: idempotencyKeys.requestId, leasedAt: sql<string>`${idempotencyKeys.createdAt}::text` };
/** A call that took longer than its lease no longer has the key: another one may carry it out by now. */
const isLeased = (of: KeyOfCall, { leasedAt }: OwnKey) =>
  and(isKey(of), isNull(idempotencyKeys.response), sql`${idempotencyKeys.createdAt} = ${leasedAt}::timestamptz`);

const keyForFirstCall = preparedOnce((db) =>
  db
    .insert(idempotencyKeys)
    .values({
      caller: sql.placeholder('caller'),
      key: sql.placeholder('key'),
      item: sql.placeholder('item'),
      bodyHash: sql.placeholder('bodyHash'),
      requestId: sql`gen_random_uuid()`,
    })
    .onConflictDoNothing()
    .returning(lease)
    .prepare('key_for_first_call'),
);

/**
 * Takes an Idempotency-Key for a call. Of equal calls at once one carries it out: its workflow may end so fast that a second
 * one could begin another.
 */
export async function takeKey(db: Db, of: KeyOfCall, bodyHash: string): Promise<TakenKey> {
  const [taken] = await keyForFirstCall(db).execute({ ...of, bodyHash });
  if (taken) return { state: 'ours', fresh: true, ...taken };
  const leftOver = sql<boolean>`${idempotencyKeys.createdAt} < now() - make_interval(secs => ${longestCallSeconds})`;
  const [known] = await db
    .select({ hash: idempotencyKeys.bodyHash, response: idempotencyKeys.response, leftOver })
    .from(idempotencyKeys)
    .where(isKey(of));
  if (!known) return { state: 'in_progress' };
  if (known.hash !== bodyHash) return { state: 'reused' };
  if (known.response) return { state: 'answered', response: known.response };
  if (!known.leftOver) return { state: 'in_progress' };
  const [resumed] = await db
    .update(idempotencyKeys)
    .set({ createdAt: sql`now()` })
    .where(and(isKey(of), isNull(idempotencyKeys.response), leftOver))
    .returning(lease);
  return resumed ? { state: 'ours', fresh: false, ...resumed } : { state: 'in_progress' };
}

/**
 * Keeps the Idempotency-Key of a batch, whose items have keys of their own.
 * @returns whether it is free or was kept for the same batch
 */
export async function keepBatchKey(db: Db, of: KeyOfCall, bodyHash: string): Promise<boolean> {
  const kept = { ...of, bodyHash, requestId: sql`gen_random_uuid()`, response: { status: 200, body: null } };
  const [row] = await db
    .insert(idempotencyKeys)
    .values(kept)
    .onConflictDoUpdate({
      target: [idempotencyKeys.caller, idempotencyKeys.key, idempotencyKeys.item],
      set: { key: of.key },
    })
    .returning({ hash: idempotencyKeys.bodyHash });
  return row?.hash === bodyHash;
}

/** Releases the key: a call that was rejected may be corrected and sent again with the same key. */
export async function releaseKey(db: Db, of: KeyOfCall, own: OwnKey): Promise<void> {
  await db.delete(idempotencyKeys).where(isLeased(of, own));
}

/** After a failure nobody knows whether the request has arrived: the next call continues at once, with the same request's ID. */
export async function expireLease(db: Db, of: KeyOfCall, own: OwnKey): Promise<void> {
  await db
    .update(idempotencyKeys)
    .set({ createdAt: sql`now() - make_interval(secs => ${longestCallSeconds + 1})` })
    .where(isLeased(of, own));
}

/** Keeps the call's answer, unless an equal call has answered before or the key has another request by now. */
export async function storeAnswer(db: Db, of: KeyOfCall, own: OwnKey, response: StoredResponse): Promise<void> {
  await db
    .update(idempotencyKeys)
    .set({ response })
    .where(and(isKey(of), eq(idempotencyKeys.requestId, own.requestId), isNull(idempotencyKeys.response)));
}

/** How long the same call is known as the same. */
const keptDays = 30;

/** Forgets the keys of calls that are older than 30 days. */
export async function forgetKeys(db: Db): Promise<void> {
  await db
    .delete(idempotencyKeys)
    .where(sql`${idempotencyKeys.createdAt} < now() - make_interval(days => ${keptDays})`);
}
