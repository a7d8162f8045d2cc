import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Db } from './client.ts';
import { type MailState, outbox } from './schema.ts';

/** Mail cannot be sent exactly once: the outbox says of every mail whether it left, did not, or may have. */

export type OutboxRow = typeof outbox.$inferSelect;

export const finalMailStates = ['accepted', 'refused', 'unknown', 'dropped'] as const;
export type FinalMail = { state: (typeof finalMailStates)[number]; answer: string };

/**
 * Puts a mail into the outbox, once per business key; a second call changes nothing. Its Message-ID is made here and stays
 * the same however often it is sent, so that mail servers can tell a repetition.
 */
export async function queueMail(
  db: Db,
  mail: { businessKey: string; kind: OutboxRow['kind']; to: string; subject: string; body: string },
): Promise<void> {
  await db
    .insert(outbox)
    .values({ ...mail, messageId: sql`'<' || gen_random_uuid() || '@dealerops.internal>'` })
    .onConflictDoNothing();
}

export async function findMail(db: Db, businessKey: string): Promise<OutboxRow | undefined> {
  const [row] = await db.select().from(outbox).where(eq(outbox.businessKey, businessKey));
  return row;
}

const sendingSinceWords = 'being handed over since ';

/**
 * Takes a queued mail for sending, right before its first byte leaves.
 * @returns whether it is this call's to send: of several senders one wins
 */
export async function takeForSending(db: Db, businessKey: string): Promise<boolean> {
  const taken = await db
    .update(outbox)
    .set({
      state: 'sending',
      answer: sendingSinceWords + new Date().toISOString(),
      attempts: sql`${outbox.attempts} + 1`,
    })
    .where(and(eq(outbox.businessKey, businessKey), eq(outbox.state, 'queued')))
    .returning({ id: outbox.id });
  return taken.length > 0;
}

/** For how long a mail in the state `sending` has been in it, ms. */
export function sendingForMs(row: OutboxRow): number {
  return Date.now() - Date.parse(row.answer?.slice(sendingSinceWords.length) ?? '');
}

/**
 * Moves a mail to another state, if it is in one of those that are given.
 * @param answer the mail server's, or what else is known
 * @returns whether it was moved
 */
export async function moveMail(
  db: Db,
  businessKey: string,
  from: MailState[],
  to: MailState,
  answer: string,
): Promise<boolean> {
  const final = (finalMailStates as readonly string[]).includes(to);
  const moved = await db
    .update(outbox)
    .set({ state: to, answer, settledAt: final ? sql`now()` : null })
    .where(and(eq(outbox.businessKey, businessKey), inArray(outbox.state, from)))
    .returning({ id: outbox.id });
  return moved.length > 0;
}

/**
 * A person has found out what became of a mail whose answer was lost; a mail in any other state stays as it is.
 * @param by the person's ID
 */
export async function settleMail(
  db: Db,
  businessKey: string,
  found: 'accepted' | 'send_again',
  by: string,
): Promise<void> {
  if (found === 'accepted') await moveMail(db, businessKey, ['unknown'], 'accepted', `it arrived, says ${by}`);
  else await moveMail(db, businessKey, ['unknown'], 'queued', `to be sent again, says ${by}`);
}

/** Keeps a mail from leaving if it has not left; @returns how it stands then (`unknown` when it may be leaving right now) */
export async function dropMail(db: Db, businessKey: string): Promise<FinalMail> {
  await moveMail(db, businessKey, ['queued'], 'dropped', 'withdrawn before it was sent');
  await moveMail(db, businessKey, ['sending'], 'unknown', 'withdrawn while it was being sent');
  const row = await findMail(db, businessKey);
  return row
    ? { state: row.state as FinalMail['state'], answer: row.answer ?? '' }
    : { state: 'dropped', answer: 'never written' };
}
