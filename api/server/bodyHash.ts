import { createHash } from 'node:crypto';
import stringify from 'safe-stable-stringify';

/** SHA-256 in hex of a body, the same in whatever order its fields came. */
export function bodyHash(body: unknown): string {
  return createHash('sha256')
    .update(stringify(body) ?? '')
    .digest('hex');
}
