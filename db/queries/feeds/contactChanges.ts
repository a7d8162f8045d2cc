import { and, eq, inArray, or, sql } from 'drizzle-orm';
import type { FeedDms } from '../../../domain/feeds/feeds.ts';
import type { Db } from '../../client.ts';
import { postgresCode } from '../../failures.ts';
import { lockName } from '../../locks.ts';
import { activities, contacts } from '../../schema/feeds.ts';
import { events } from '../../schema/shared.ts';
import type { Acting } from '../administration.ts';
import { type AuditEvent, recordEvent, recordEvents } from '../events.ts';
import { type ContactRow, findContact } from './activities.ts';
import { contactsLock } from './scope.ts';

/**
 * A person merges two contacts, or splits one. Imports of the dealer's files wait meanwhile, and this waits for them. Contacts and
 * activities are named in the audit trail by their IDs only.
 */

/** An import of the dealer's files writes its contacts now. */
export interface Busy {
  busy: true;
}

/** Why a change cannot be made; `activities`: which of those that were named are not the contact's. */
export type ContactRefusal =
  | { refused: 'unknown' | 'same' | 'other_dealer'; id: bigint }
  | { refused: 'merged'; id: bigint; into: bigint }
  | { refused: 'not_its_activities'; activities: bigint[] };

/** How long a person waits for an import, and PostgreSQL's code when that was too long. */
const waitMs = 3_000;
const waitedTooLong = '55P03';

/**
 * Replaces one contact by another: its activities are the other's from now on, and what it is known by leads to the other. Merged
 * again into the same, nothing changes.
 * @returns how many activities have moved
 */
export async function mergeContacts(
  db: Db,
  { from: fromId, into: intoId, reason }: { from: bigint; into: bigint; reason: string },
  acting: Acting,
): Promise<{ moved: number } | ContactRefusal | Busy> {
  if (fromId === intoId) return { refused: 'same', id: intoId };
  return alone(db, fromId, async (tx, from) => {
    if (from.mergedInto === intoId) return { moved: 0 };
    const into = await findContact(tx, intoId);
    if (!into) return { refused: 'unknown', id: intoId };
    if (into.account !== from.account) return { refused: 'other_dealer', id: intoId };
    for (const { id, mergedInto } of [from, into])
      if (mergedInto !== null) return { refused: 'merged', id, into: mergedInto };
    const moved = await tx
      .update(activities)
      .set({ contactId: intoId, updatedAt: sql`now()` })
      .where(eq(activities.contactId, fromId))
      .returning({ id: activities.id });
    await tx
      .update(contacts)
      .set({ mergedInto: intoId, updatedAt: sql`now()` })
      .where(or(eq(contacts.id, fromId), and(eq(contacts.account, from.account), eq(contacts.mergedInto, fromId))));
    await tx
      .update(contacts)
      .set({ ...withMissingOf(into, from), updatedAt: sql`now()` })
      .where(eq(contacts.id, intoId));
    const detail = `contact ${fromId} into contact ${intoId}; activities: ${moved.length}; ${reason}`;
    const event = eventOf(into, acting, { id: `merged/${fromId}`, action: 'Contacts merged', detail });
    await recordEvent(tx, event);
    return { moved: moved.length };
  });
}

/** What the one does not have yet; what it has stays. */
function withMissingOf(into: ContactRow, from: ContactRow) {
  const named = into.nameKey === null ? from : into;
  const numbered = into.customerNumber === null ? from : into;
  return {
    email: into.email ?? from.email,
    phone: into.phone ?? from.phone,
    company: into.company ?? from.company,
    postalCode: into.postalCode ?? from.postalCode,
    ...{ nameKey: named.nameKey, firstName: named.firstName, lastName: named.lastName },
    ...{ customerNumber: numbered.customerNumber, dms: numbered.dms },
  };
}

/** Of a contact that is split off; what it is known by is as imports have it. */
export interface NewContact {
  customerNumber?: string;
  email?: string;
  phone?: string;
  firstName?: string;
  lastName?: string;
  company?: string;
  postalCode?: string;
  nameKey?: string;
}

interface ContactSplit {
  /** Of the request: done again with the same, nothing changes. */
  requestId: string;
  contactId: bigint;
  /** At least one. */
  activities: bigint[];
  contact: NewContact;
  reason: string;
}

/**
 * Makes a contact of some activities of another one. They stay with it whatever later files say of their customer. The number,
 * email and phone that the new contact is given no longer lead to the other one.
 * @returns the new contact
 */
export async function splitContact(
  db: Db,
  { requestId, contactId, activities: named, contact: given, reason }: ContactSplit,
  acting: Acting,
): Promise<{ made: bigint } | ContactRefusal | Busy> {
  return alone(db, contactId, async (tx, from) => {
    const done = await splitBefore(tx, requestId);
    if (done !== undefined) return { made: done };
    if (from.mergedInto !== null) return { refused: 'merged', id: contactId, into: from.mergedInto };
    const its = await tx
      .select({ id: activities.id, dms: activities.dms })
      .from(activities)
      .where(and(inArray(activities.id, named), eq(activities.contactId, contactId)));
    const others = named.filter((id) => !its.some((one) => one.id === id));
    if (others.length > 0) return { refused: 'not_its_activities', activities: others };
    const dms = given.customerNumber === undefined ? null : its[0]!.dms;
    await takeFrom(tx, from, { ...given, dms });
    const [made] = await tx
      .insert(contacts)
      .values({ ...given, account: from.account, dms })
      .returning();
    await tx
      .update(activities)
      .set({ contactId: made!.id, contactRule: 'assigned', contactCandidates: 0, updatedAt: sql`now()` })
      .where(inArray(activities.id, named));
    const [from_, into] = [`contact ${contactId}`, `contact ${made!.id}`];
    const said = `activities: ${named.length}; ${reason}`;
    await recordEvents(tx, [
      eventOf(from, acting, { id: `split/${requestId}`, action: 'Contact split', detail: `into ${into}; ${said}` }),
      eventOf(made!, acting, { id: newOf(requestId), action: 'Contact split off', detail: `from ${from_}; ${said}` }),
    ]);
    return { made: made!.id };
  });
}

const newOf = (requestId: string) => `split/${requestId}/new`;

async function splitBefore(tx: Db, requestId: string): Promise<bigint | undefined> {
  const [event] = await tx
    .select({ subject: events.subject })
    .from(events)
    .where(eq(events.id, eventId(newOf(requestId))));
  return event && BigInt(event.subject.split('/')[1]!);
}

/** Of the contact and those that were merged into it. */
async function takeFrom(tx: Db, { id, account }: ContactRow, given: NewContact & { dms: FeedDms | null }) {
  const its = and(eq(contacts.account, account), or(eq(contacts.id, id), eq(contacts.mergedInto, id)));
  const { customerNumber, email, phone, dms } = given;
  const updatedAt = sql`now()`;
  if (customerNumber !== undefined && dms)
    await tx
      .update(contacts)
      .set({ customerNumber: null, dms: null, updatedAt })
      .where(and(its, eq(contacts.customerNumber, customerNumber), eq(contacts.dms, dms)));
  if (email !== undefined)
    await tx
      .update(contacts)
      .set({ email: null, updatedAt })
      .where(and(its, eq(contacts.email, email)));
  if (phone !== undefined)
    await tx
      .update(contacts)
      .set({ phone: null, updatedAt })
      .where(and(its, eq(contacts.phone, phone)));
}

/** While no import of the dealer changes contacts. */
async function alone<Result>(
  db: Db,
  id: bigint,
  work: (tx: Db, contact: ContactRow) => Promise<Result | ContactRefusal>,
): Promise<Result | ContactRefusal | Busy> {
  try {
    return await db.transaction(async (tx): Promise<Result | ContactRefusal> => {
      const found = await findContact(tx, id);
      if (!found) return { refused: 'unknown', id };
      await tx.execute(sql.raw(`set local lock_timeout = ${waitMs}`));
      await lockName(tx, contactsLock(found.account));
      return work(tx, (await findContact(tx, id))!);
    });
  } catch (error) {
    if (postgresCode(error) === waitedTooLong) return { busy: true };
    throw error;
  }
}

const eventId = (id: string) => `feeds/contact/${id}`;

function eventOf(
  { id: contactId, account }: ContactRow,
  acting: Acting,
  { id, ...said }: { id: string; action: string; detail: string },
): AuditEvent {
  return { id: eventId(id), process: 'feeds', subject: `contact/${contactId}`, account, ...acting, ...said };
}
