import { and, arrayContains, asc, eq, inArray, isNotNull, isNull, sql } from 'drizzle-orm';
import { actorName } from '../../domain/shared/actors.ts';
import type { Team } from '../../domain/shared/tasks.ts';
import type { Db } from '../client.ts';
import { apiKeys, people } from '../schema/shared.ts';
import { type Acting, changesOf, recordAdministration } from './administration.ts';
import { endSessions } from './sessions.ts';

export type Person = typeof people.$inferSelect;

export async function findPerson(db: Db, id: string): Promise<Person | undefined> {
  const [person] = await db.select().from(people).where(eq(people.id, id));
  return person;
}

/** Who did something, by the name that people know: a person's, a system's or an API key's. */
export async function nameOf(db: Db, by: string): Promise<string> {
  return (await findPerson(db, by))?.name ?? actorName(by);
}

/** Their names by ID; of IDs that are no person's there is none. */
export async function namesOfPeople(db: Db, ids: Iterable<string>): Promise<Record<string, string>> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return {};
  const rows = await db.select({ id: people.id, name: people.name }).from(people).where(inArray(people.id, wanted));
  return Object.fromEntries(rows.map(({ id, name }) => [id, name]));
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

/** A team's last active team lead cannot leave, nor stop leading it: nobody would decide about what cannot be done. */
export class LastTeamLead extends Error {
  readonly team: Team;

  constructor(team: Team) {
    super(`the last active team lead of ${team}`);
    this.team = team;
  }
}

/**
 * Enters or changes a person, with the event in the audit record. A person who becomes inactive is signed out.
 * @param wanted without `active` it stays as it is; a new person is active
 * @throws LastTeamLead
 */
export async function savePerson(
  database: Db,
  wanted: Omit<Person, 'active'> & { active?: boolean },
  acting: Acting,
): Promise<Person> {
  return database.transaction(async (db) => {
    // One change at a time, or two at once could each take the other for the team lead who stays.
    await db.execute(sql`lock table ${people} in share row exclusive mode`);
    const before = await findPerson(db, wanted.id);
    const person = { ...wanted, active: wanted.active ?? before?.active ?? true };
    const led = before?.active ? before.leadOf : null;
    if (led && !(person.active && person.leadOf === led)) {
      const others = (await teamLeads(db, led)).filter(({ id }) => id !== person.id);
      if (others.length === 0) throw new LastTeamLead(led);
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

/** Active members of a team. */
export function teamMembers(db: Db, team: Team): Promise<Person[]> {
  return db
    .select()
    .from(people)
    .where(and(arrayContains(people.teams, [team]), eq(people.active, true)));
}

/** Active team leads, of one team or of all. */
function teamLeads(db: Db, team?: Team): Promise<Person[]> {
  return db
    .select()
    .from(people)
    .where(and(team ? eq(people.leadOf, team) : isNotNull(people.leadOf), eq(people.active, true)));
}

/**
 * Who is told what a team must know, or with no team what all must: its active team leads, or where it has none the
 * administrators, who may do the same.
 */
export async function whoIsTold(db: Db, team?: Team): Promise<Person[]> {
  const leads = await teamLeads(db, team);
  return leads.length > 0 ? leads : administrators(db);
}

/** Active people with a valid API key of the scope admin. */
async function administrators(db: Db): Promise<Person[]> {
  const valid = and(
    arrayContains(apiKeys.scopes, ['admin']),
    isNull(apiKeys.revokedAt),
    sql`coalesce(${apiKeys.expiresAt} > now(), true)`,
  );
  const withKey = db.select({ id: apiKeys.personId }).from(apiKeys).where(valid);
  return db
    .select()
    .from(people)
    .where(and(inArray(people.id, withKey), eq(people.active, true)));
}
