import { findPerson } from '../../../db/queries/people.ts';
import { actorName } from '../../../domain/shared/actors.ts';
import type { ApiOptions } from '../../server/options.ts';

/** Who did something, by the name that people know: a person's, a system's or an API key's. */
export async function nameOf({ database: { db } }: Pick<ApiOptions, 'database'>, by: string): Promise<string> {
  return (await findPerson(db, by))?.name ?? actorName(by);
}
