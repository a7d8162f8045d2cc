import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import { packageFolder } from '../../worker/files.ts';

const run = promisify(execFile);
/** For hooks that may have to wait for the build: it takes most of a minute on a busy machine. */
export const buildTimeout = 300_000;

/**
 * What production runs, as `npm run build` makes it: a folder with `dist/`, package.json and the packages of this checkout.
 * It is built once per run, by the test file that needs it first; the others wait.
 */
export async function builtRelease(): Promise<string> {
  const folder = join(inject('runFolder'), 'release');
  const result = join(folder, 'result');
  try {
    mkdirSync(folder);
  } catch {
    while (!existsSync(result)) await sleep(100);
    const failure = readFileSync(result, 'utf8');
    if (failure) throw new Error(failure);
    return folder;
  }
  const said = await build(folder).then(
    () => '',
    (error: Error) => error.message,
  );
  // Whole at once: others read it as soon as it is there.
  writeFileSync(`${result}.new`, said);
  renameSync(`${result}.new`, result);
  if (said) throw new Error(said);
  return folder;
}

async function build(folder: string): Promise<void> {
  copyPackageFiles(packageFolder, folder);
  symlinkSync(join(packageFolder, 'node_modules'), join(folder, 'node_modules'));
  await run('npm', ['run', '--silent', 'build', '--', join(folder, 'dist')], { cwd: packageFolder });
}

function copyPackageFiles(from: string, to: string): void {
  for (const file of ['package.json', 'package-lock.json', '.npmrc']) copyFileSync(join(from, file), join(to, file));
}

/**
 * The same release with the packages of production only, as the Dockerfile puts the image together.
 * @param folder in which it is put
 */
export async function imageOf(release: string, folder: string): Promise<void> {
  copyPackageFiles(release, folder);
  await Promise.all([
    run('npm', ['ci', '--omit=dev', '--prefer-offline'], { cwd: folder }),
    run('cp', ['-r', join(release, 'dist'), join(folder, 'dist')]),
  ]);
}
