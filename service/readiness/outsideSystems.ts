import type { Database } from '../../db/client.ts';
import { listFailingSystems } from '../../db/queries/outsideSystems.ts';
import { systemNames } from '../../domain/shared/actors.ts';
import { degraded, type Look, ok } from './readiness.ts';

/** No outside system fails; what does not need one that does goes on. Anybody may read this: it names no dealer. */
export function outsideSystemsAnswer({ db }: Database): Look {
  return async () => {
    const failing = await listFailingSystems(db);
    if (failing.length === 0) return ok;
    const each = failing.map(({ system, since }) => `${systemNames[system]} fails since ${since.toISOString()}`);
    return degraded(`${each.join('; ')}; what needs it waits. The overview of the console says why`);
  };
}
