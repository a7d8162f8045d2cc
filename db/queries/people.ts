import { and, asc, eq, ne, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { people } from '../schema/schema.ts';
import { type Acting, changesOf, recordAdministration } from './administration.ts';
import { endSessions } from './sessions.ts';

export type Person = typeof people.$inferSelect;

export async function findPerson(db: Db, id: string): Promise<Person | undefined> {
  const [person] = await db.select().from(people).where(eq(people.id, id));
  return person;
}

/** By name, from the one after `after` on. */
export async function listPeople(
  db: Db,
  { after, limit }: { after?: { name: string; id: string }; limit: number },
): Promise<Person[]> {
  return db
    .select()
    .from(people)
    .where(after && sql`(${people.name}, ${people.id}) > (${after.name}, ${after.id})`)
    .orderBy(asc(people.name), asc(people.id))
    .limit(limit);
}

/** The last active team lead cannot leave, nor take another role: nobody would decide about what cannot be done. */
export class LastLead extends Error {}

/**
 * Enters or changes a person, with the event in the audit record. Whoever becomes inactive is signed out.
 * @param wanted without `active` it stays as it is; a new person is active
 * @throws LastLead
 */
export async function savePerson(
  database: Db,
  wanted: Omit<Person, 'active'> & { active?: boolean },
  acting: Acting,
): Promise<Person> {
  return database.transaction(async (db) => {
    // One change at a time, or two at once could each take the other for the lead who stays.
    await db.execute(sql`lock table ${people} in share row exclusive mode`);
    const before = await findPerson(db, wanted.id);
    const person = { ...wanted, active: wanted.active ?? before?.active ?? true };
    const leads = (one: Person | undefined) => one?.role === 'lead' && one.active;
    if (leads(before) && !leads(person)) {
      const [other] = await db
        .select({ id: people.id })
        .from(people)
        .where(and(eq(people.role, 'lead'), eq(people.active, true), ne(people.id, person.id)))
        .limit(1);
      if (!other) throw new LastLead();
    }
    await db.insert(people).values(person).onConflictDoUpdate({ target: people.id, set: person });
    if (!person.active) await endSessions(db, { owner: person.id });
    const { id, ...facts } = person;
    const detail = changesOf(before, facts);
    const action = before ? 'person changed' : 'person added';
    if (detail) await recordAdministration(db, acting, { action, subject: `person/${id}`, detail });
    return person;
  });
}

/** Those of a role who have not left. */
export function activePeople(db: Db, role: Person['role']): Promise<Person[]> {
  return db
    .select()
    .from(people)
    .where(and(eq(people.role, role), eq(people.active, true)));
}
