import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Db } from './client.ts';
import { type MailState, outbox } from './schema.ts';

/** Mail cannot be sent exactly once: the outbox says of every mail whether it left, did not, or may have. */

export type OutboxRow = typeof outbox.$inferSelect;
export const finalMailStates = ['accepted', 'refused', 'unknown', 'dropped'] as const;
export type FinalMail = { state: (typeof finalMailStates)[number]; answer: string };

/** Puts a mail into the outbox, once per business key; a second call changes nothing. */
export async function queueMail(
  db: Db,
  mail: {
    businessKey: string;
    kind: OutboxRow['kind'];
    to: string;
    subject: string;
    body: string;
    messageIdDomain?: string;
  },
): Promise<void> {
  const { messageIdDomain = 'mail.dealerops.example.com', ...row } = mail;
  await db
    .insert(outbox)
    .values({ ...row, messageId: sql`'<' || gen_random_uuid() || ${`@${messageIdDomain}>`}` })
    .onConflictDoNothing();
}

export async function findMail(db: Db, businessKey: string): Promise<OutboxRow | undefined> {
  const [row] = await db.select().from(outbox).where(eq(outbox.businessKey, businessKey));
  return row;
}

/**
 * Moves a mail from one state to another.
 * @returns whether this call did it: of two senders one wins
 */
export async function moveMail(
  db: Db,
  businessKey: string,
  from: MailState[],
  to: MailState,
  answer?: string,
): Promise<boolean> {
  const final = (finalMailStates as readonly string[]).includes(to);
  const moved = await db
    .update(outbox)
    .set({
      state: to,
      ...(answer !== undefined && { answer }),
      ...(to === 'sending' && { attempts: sql`${outbox.attempts} + 1` }),
      settledAt: final ? new Date() : null,
    })
    .where(and(eq(outbox.businessKey, businessKey), inArray(outbox.state, from)))
    .returning({ id: outbox.id });
  return moved.length > 0;
}

/** A person has found out what became of a mail whose answer was lost. */
export async function settleMail(
  db: Db,
  businessKey: string,
  found: 'accepted' | 'send_again',
  by: string,
): Promise<void> {
  await moveMail(
    db,
    businessKey,
    ['unknown'],
    found === 'accepted' ? 'accepted' : 'queued',
    `${found.replace('_', ' ')}, says ${by}`,
  );
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
