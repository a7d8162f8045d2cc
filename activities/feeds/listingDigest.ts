import { createHash } from 'node:crypto';

/** A digest of a folder's files: the next look compares it to see whether anything has changed. */
export function listingDigest(files: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(files)).digest('base64').slice(0, 22);
}
