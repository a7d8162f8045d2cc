import { createHash } from 'node:crypto';

/** What was seen in a folder, in a few characters: a workflow hands it to the next look, which tells whether anything has changed. */
export function asSeen(files: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(files)).digest('base64').slice(0, 22);
}
