import { and, asc, desc, eq, inArray, isNotNull, or, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { type MailState, outbox } from '../schema/shared.ts';

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

/** Those of these mails that were queued, the oldest first. */
export async function findMails(db: Db, businessKeys: string[]): Promise<OutboxRow[]> {
  if (businessKeys.length === 0) return [];
  return db.select().from(outbox).where(inArray(outbox.businessKey, businessKeys)).orderBy(asc(outbox.createdAt));
}

/** How long a sender may be silent before it is taken for lost, seconds; it renews its hold much sooner. */
const holdSeconds = 90;
const hold = sql`now() + make_interval(secs => ${holdSeconds})`;
/** Of a mail in the state `sending`: nobody is at it any more. */
const senderLost = sql<boolean>`coalesce(${outbox.sendingUntil} < now(), true)`;

/**
 * Takes a queued mail for sending, right before its first byte leaves.
 * @returns whether it is this call's to send: of several senders one wins
 */
export async function takeForSending(db: Db, businessKey: string): Promise<boolean> {
  const taken = await db
    .update(outbox)
    .set({
      state: 'sending',
      answer: 'being handed over',
      attempts: sql`${outbox.attempts} + 1`,
      sendingUntil: hold,
      rejectedSince: null,
      rejectedAt: null,
    })
    .where(and(eq(outbox.businessKey, businessKey), eq(outbox.state, 'queued')))
    .returning({ id: outbox.id });
  return taken.length > 0;
}

/** Says that the sender of a mail is still at it: a slow server has ten minutes for its answer. */
export async function keepSending(db: Db, businessKey: string): Promise<void> {
  await db
    .update(outbox)
    .set({ sendingUntil: hold })
    .where(and(eq(outbox.businessKey, businessKey), eq(outbox.state, 'sending')));
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
  return move(db, inArray(outbox.state, from), businessKey, to, answer);
}

/** Moves a mail away from a sender that was lost. @returns whether it was moved: not while its sender still has it, and once only */
export async function takeFromLostSender(db: Db, businessKey: string, to: MailState, answer: string): Promise<boolean> {
  return move(db, and(eq(outbox.state, 'sending'), senderLost), businessKey, to, answer);
}

async function move(
  db: Db,
  stands: SQL | undefined,
  businessKey: string,
  to: MailState,
  answer: string,
): Promise<boolean> {
  const final = (finalMailStates as readonly string[]).includes(to);
  const moved = await db
    .update(outbox)
    .set({
      state: to,
      answer,
      settledAt: final ? sql`now()` : null,
      sendingUntil: null,
      rejectedSince: null,
      rejectedAt: null,
    })
    .where(and(eq(outbox.businessKey, businessKey), stands))
    .returning({ id: outbox.id });
  return moved.length > 0;
}

/** Keeps a mail queued with which the mail server has rejected us. @param answer the server's */
export async function keepRejected(db: Db, row: OutboxRow, from: MailState[], answer: string): Promise<void> {
  await db
    .update(outbox)
    .set({
      state: 'queued',
      answer,
      sendingUntil: null,
      // What it was before it was taken for sending.
      rejectedSince: sql`coalesce(${row.rejectedSince?.toISOString() ?? null}::timestamptz, now())`,
      rejectedAt: sql`now()`,
    })
    .where(and(eq(outbox.businessKey, row.businessKey), inArray(outbox.state, from)));
}

/** The mail server rejects us: our account, sender, host or quota, or in a way that is not understood. */
export interface MailRejection {
  since: Date;
  /** The server's last answer, without addresses: it may be shown to anybody. */
  reason: string;
  /** Mails that wait for it. */
  waiting: number;
}

/** Longer than the pauses between the tries of a mail that waits. */
const lastingMinutes = 15;

/**
 * Whether mail waits because the mail server rejects us; null when, as far as is known, it does not. A rejection lasts until the
 * server has accepted another mail since, or for 15 minutes where it accepts others and rejects this one.
 */
export async function mailRejection(db: Db): Promise<MailRejection | null> {
  const lasting = sql`(${outbox.rejectedAt} > now() - make_interval(mins => ${lastingMinutes}) or not exists (
    select 1 from ${outbox} accepted
    where accepted.state = 'accepted' and accepted.answer like '2%' and accepted.settled_at > ${outbox.rejectedAt}))`;
  const rows = await db
    .select({ since: outbox.rejectedSince, answer: outbox.answer })
    .from(outbox)
    .where(and(eq(outbox.state, 'queued'), isNotNull(outbox.rejectedAt), lasting))
    .orderBy(desc(outbox.rejectedAt));
  const [latest] = rows;
  if (!latest) return null;
  const since = new Date(Math.min(...rows.map((row) => row.since!.getTime())));
  return { since, reason: withoutAddresses(latest.answer ?? ''), waiting: rows.length };
}

/** For logs and pages that anybody sees. */
export function withoutAddresses(text: string): string {
  return text.replace(/[^\s<>()"',;:]+@[^\s<>()"',;:]+/g, '[address]');
}

/** The alerts to the leads that are to leave: the queued ones, and those whose sender was lost. @returns their business keys */
export async function waitingAlerts(db: Db): Promise<string[]> {
  const rows = await db
    .select({ key: outbox.businessKey })
    .from(outbox)
    .where(
      and(
        eq(outbox.kind, 'alert'),
        // Written out, and not as parameters, so that the planner sees that the partial index fits.
        sql.raw(`state in ('queued', 'sending')`),
        or(eq(outbox.state, 'queued'), senderLost),
      ),
    );
  return rows.map((row) => row.key);
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
