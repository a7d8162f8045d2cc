import { asc, eq } from 'drizzle-orm';
import type { Db } from './client.ts';
import { people } from './schema.ts';

export type Person = typeof people.$inferSelect;

export async function findPerson(db: Db, id: string): Promise<Person | undefined> {
  const [person] = await db.select().from(people).where(eq(people.id, id));
  return person;
}

export async function listPeople(db: Db): Promise<Person[]> {
  return db.select().from(people).orderBy(asc(people.name));
}

export async function savePerson(db: Db, person: Person): Promise<void> {
  await db.insert(people).values(person).onConflictDoUpdate({ target: people.id, set: person });
}
