import type { Feed } from './words.ts';

/** What becomes of a file on the server after its import. */
export function afterImport({ deleteFromServer, moveTo }: Pick<Feed, 'deleteFromServer' | 'moveTo'>): string {
  if (deleteFromServer) return 'deleted on the server';
  return moveTo === null ? 'left where it is' : `moved to ${moveTo} on the server`;
}
