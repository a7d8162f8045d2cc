import { statSync } from 'node:fs';
import type { ListedFile } from '../../domain/feeds/runs.ts';

/** A file as an SFTP server lists it, which gives seconds. */
export function listedFile(place: string, path: string): ListedFile {
  const { size, mtimeMs } = statSync(place);
  return { path, size, modifiedAt: new Date(Math.floor(mtimeMs / 1_000) * 1_000).toISOString() };
}
