import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const projectFolder = fileURLToPath(new URL('..', import.meta.url));
/** What a release consists of, besides the workflow bundle; the Dockerfile copies the same. */
export const releaseParts = [
  'package.json',
  'package-lock.json',
  'domain',
  'db',
  'workflows',
  'activities',
  'worker',
  'api',
  'service',
  'bin',
];

/**
 * The build ID of a release: 16 hexadecimal digits from the workflow bundle and every file that ships, so that releases that
 * differ in an activity or a dependency only are different builds. The same files give the same ID in any folder.
 * @param folder of the release; this one's when absent
 */
export function buildIdOf(bundle: { code: string }, folder = projectFolder): string {
  // Its source map holds absolute paths.
  const code = bundle.code.replace(/^\/\/# sourceMappingURL=.*$/gm, '');
  const hash = createHash('sha256').update(code);
  for (const file of releaseParts.flatMap((part) => filesIn(folder, part)).sort())
    hash.update(`\0${file}\0`).update(readFileSync(join(folder, file)));
  return hash.digest('hex').slice(0, 16);
}

function filesIn(folder: string, part: string): string[] {
  const path = join(folder, part);
  if (!statSync(path).isDirectory()) return [part];
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((file) => relative(folder, join(file.parentPath, file.name)).replaceAll('\\', '/'));
}
