import type { CancellationRecord } from '../../../db/queries/cancellations/cancellations.ts';
import type { Caller } from '../../../db/queries/keys.ts';
import type { IntegrationName } from '../../../domain/shared/vendors.ts';
import { hasScope, lacksScope } from '../../server/auth.ts';
import { Problem } from '../../server/problems.ts';

type Requests = Pick<CancellationRecord, 'requests'>;

/** Who may start a cancellation may follow the Location of its own. @throws Problem 403 */
export function checkMayRead(caller: Caller, { requests }: Requests): void {
  if (hasScope(caller, ['read']) || requests.some(({ requestedBy }) => requestedBy === caller.id)) return;
  throw lacksScope('read', 'Another system requested this cancellation: to see it, an API key needs the scope read.');
}

/**
 * A person withdraws what they may read; a system only what it requested itself and nobody else did: it does not know why
 * the others want it to end.
 * @param wanted the integrations to withdraw; all that the caller may when absent
 * @returns the same; undefined is the whole cancellation
 * @throws Problem 403 with the integrations that others requested
 */
export function checkMayWithdraw(
  caller: Caller,
  record: Requests,
  wanted?: IntegrationName[],
): IntegrationName[] | undefined {
  checkMayRead(caller, record);
  if (caller.personId !== null || hasScope(caller, ['admin'])) return wanted;
  const requestedBy = (who: (id: string) => boolean) =>
    new Set(record.requests.filter((one) => who(one.requestedBy)).flatMap(({ integrations }) => integrations));
  const own = requestedBy((id) => id === caller.id);
  const ofOthers = requestedBy((id) => id !== caller.id);
  const concerned = wanted ?? [...own];
  const blocked = concerned.filter((name) => ofOthers.has(name));
  if (own.size === 0 || blocked.length > 0) {
    const detail =
      'A system withdraws only what it requested itself and nobody else did: withdraw this with a person’s API key, or in the console.';
    const message = 'was requested by another system or a person';
    const errors = wanted
      ? wanted.flatMap((name, index) => (ofOthers.has(name) ? [{ path: `/integrations/${index}`, message }] : []))
      : blocked.map((name) => ({ path: '/integrations', message: `${name} ${message}` }));
    throw new Problem(403, 'forbidden', detail, { errors: errors.length > 0 ? errors : undefined });
  }
  return ofOthers.size === 0 ? wanted : concerned;
}
