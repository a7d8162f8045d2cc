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
