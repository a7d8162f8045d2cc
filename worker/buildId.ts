import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { codeFolder, packageFolder } from './files.ts';

/**
 * The folders of a release besides `workflows`, which is in the bundle; in a checkout TypeScript, in `dist/` compiled.
 * @internal exported for tests
 */
export const codeParts = ['domain', 'db', 'activities', 'worker', 'api', 'records', 'service', 'bin'];
const packageParts = ['package.json', 'package-lock.json'];

/**
 * The build ID of a release: 16 hexadecimal digits from the workflow bundle, the code and the versions of the packages, so that
 * releases that differ in an activity or a dependency only are different builds. The same files give the same ID in any folder.
 * @param of where the release is; this program's own when absent
 */
export function buildIdOf(bundle: { code: string }, of = { code: codeFolder, package: packageFolder }): string {
  // Its source map holds absolute paths.
  const code = bundle.code.replace(/^\/\/# sourceMappingURL=.*$/gm, '');
  const hash = createHash('sha256').update(code);
  const add = (folder: string, file: string) => hash.update(`\0${file}\0`).update(readFileSync(join(folder, file)));
  for (const file of codeParts.flatMap((part) => filesIn(of.code, part)).sort()) add(of.code, file);
  for (const file of packageParts) add(of.package, file);
  return hash.digest('hex').slice(0, 16);
}

function filesIn(folder: string, part: string): string[] {
  const files = readdirSync(join(folder, part), { recursive: true, withFileTypes: true });
  return files
    .filter((entry) => entry.isFile() && entry.name !== builtBundleName && !entry.name.endsWith('.map'))
    .map((file) => relative(folder, join(file.parentPath, file.name)).replaceAll('\\', '/'));
}

/** Of the workflow bundle in the folder `worker` of a build; it is in the build ID without its source map. */
export const builtBundleName = 'workflow-bundle.js';
