import type { Db } from '../../../db/client.ts';
import type { Acting } from '../../../db/queries/administration.ts';
import type { Caller } from '../../../db/queries/keys.ts';
import { findPerson, type Person } from '../../../db/queries/people.ts';
import type { Team } from '../../../domain/shared/tasks.ts';
import { Problem } from '../../server/problems.ts';

/**
 * Nobody gives a task or a key to somebody who is not there, or has left.
 * @param path where the request names the person
 * @throws Problem 422
 */
export async function assertActivePerson(db: Db, id: string, path: string): Promise<Person> {
  const person = await findPerson(db, id);
  if (person?.active) return person;
  const detail = person
    ? `${person.name} is not active any more: choose another person, or PUT /v1/people/${id} with "active": true.`
    : `There is no person ${id}: look up the ID with GET /v1/people, or enter a new person with PUT /v1/people/${id}.`;
  const message = person ? 'is not active any more' : 'is not a person’s ID';
  throw new Problem(422, 'unknown-person', detail, { errors: [{ path, message }] });
}

/**
 * A task is done by its own team.
 * @param path where the request names the person
 * @throws Problem 422
 */
export function assertMember({ id, name, teams }: Person, team: Team, path: string): void {
  if (teams.includes(team)) return;
  const detail = `${name} is not in the team ${team} of this task: choose one of its members, or add the team with PUT /v1/people/${id}.`;
  throw new Problem(422, 'not-in-team', detail, { errors: [{ path, message: `is not in the team ${team}` }] });
}

/** The caller as the audit record of administration names who acts. */
export function actingOf(caller: Caller | null): Acting {
  return { by: caller!.id, keyId: caller!.keyId };
}
