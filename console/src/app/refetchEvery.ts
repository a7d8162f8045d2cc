import { hasLostSession } from './signIn.ts';

/** For what changes without an event that the page is told of: it is asked for again every so many ms while the page is open. */
export function refetchEvery(ms: number) {
  return ({ state: { error } }: { state: { error: Error | null } }) => (hasLostSession(error) ? false : ms);
}
