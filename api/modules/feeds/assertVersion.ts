import { z } from 'zod';
import { Problem } from '../../server/problems.ts';

/**
 * @param what as people call it, such as `import`
 * @throws Problem 409 where somebody has changed it since it was read
 */
export function assertVersion(what: string, { version }: { version: number }, expected: number): void {
  if (version === expected) return;
  const detail = `Somebody has changed the ${what} since: it is version ${version} now, not ${expected}. Read it again, then send what is still to be changed.`;
  throw new Problem(409, 'conflict', detail, { errors: [{ path: '/version', message: `is ${version} now` }] });
}

/** In a body; see `assertVersion`. @param what as people call it, such as `import` */
export function versionOf(what: string) {
  return z.int({ error: missingVersion(what) }).min(1);
}

/** In a query string, where all is text. */
export function queryVersionOf(what: string) {
  return z.coerce
    .number({ error: missingVersion(what) })
    .int()
    .min(1);
}

const missingVersion =
  (what: string) =>
  ({ input }: { input?: unknown }) =>
    input === undefined || Number.isNaN(input)
      ? `is missing: it must be the version of the ${what} as you read it`
      : undefined;
