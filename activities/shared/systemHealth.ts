import type { Db } from '../../db/client.ts';
import { recordAnswer, recordFailure } from '../../db/queries/outsideSystems.ts';
import type { SystemCode } from '../../domain/shared/actors.ts';
import { shortLine } from '../../domain/shared/shortLine.ts';
import type { SystemWatch } from '../connectors/watched.ts';

const writeEveryMs = 10_000;

/**
 * Records which systems fail, for the overview and the readiness. A change is written at once, and what is so already at most every
 * 10 seconds; calls do not wait for it.
 */
export function recordingHealth(db: Db): SystemWatch {
  const written = new Map<SystemCode, { failing: boolean; at: number }>();
  const write = (system: SystemCode, failing: boolean, record: () => Promise<void>) => {
    const last = written.get(system);
    if (last?.failing === failing && performance.now() - last.at < writeEveryMs) return;
    written.set(system, { failing, at: performance.now() });
    // Where the database does not answer either, the next call records it.
    record().catch(() => written.delete(system));
  };
  return {
    answered: ({ code }) => write(code, false, () => recordAnswer(db, code)),
    failed: ({ code }, reason) => write(code, true, () => recordFailure(db, code, shortLine(reason, 300))),
  };
}
