import { and, asc, eq, sql } from 'drizzle-orm';
import type { Db } from './client.ts';
import { people } from './schema.ts';

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

export async function savePerson(db: Db, person: Person): Promise<void> {
  await db.insert(people).values(person).onConflictDoUpdate({ target: people.id, set: person });
}

/** Those of a role who have not left. */
export function activePeople(db: Db, role: Person['role']): Promise<Person[]> {
  return db
    .select()
    .from(people)
    .where(and(eq(people.role, role), eq(people.active, true)));
}
