import { statfs } from 'node:fs/promises';
import { degraded, failed, type Look, ok } from './readiness.ts';

const mebibyte = 1024 * 1024;
/** PostgreSQL and Temporal each write ahead by 16 MB and more. */
const failedBelow = 64 * mebibyte;
const degradedBelow = 512 * mebibyte;

/** There is room on the disk of a folder. */
export function diskHasRoom(folder: string): Look {
  return async () => {
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    const reason = `${Math.floor(free / mebibyte)} MiB are left on the disk of ${folder}: make room`;
    return free < failedBelow ? failed(reason) : free < degradedBelow ? degraded(reason) : ok;
  };
}
