import { execFile } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const source = fileURLToPath(new URL('../console', import.meta.url));
const built = join(source, 'dist');

/** The folder of the built console; absent where it was not built. */
export function builtConsole(): string | undefined {
  return existsSync(join(built, 'index.html')) ? built : undefined;
}

/** Builds the console where it was not built since its sources changed. @returns its folder */
export async function freshConsole(onWait: (what: string) => void): Promise<string | undefined> {
  const index = join(built, 'index.html');
  if (existsSync(index) && statSync(index).mtimeMs > newestSource(source)) return built;
  onWait('Building the console');
  const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin/vite.js');
  await promisify(execFile)(process.execPath, [vite, 'build', '--config', join(source, 'vite.config.ts')], {
    cwd: dirname(source),
    timeout: 180_000,
  }).catch((error) => {
    throw new Error(
      String(error.stderr || error.message)
        .trim()
        .split('\n')[0],
    );
  });
  return builtConsole();
}

function newestSource(folder: string): number {
  const times = readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'dist' && name !== 'node_modules')
    .map((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? newestSource(path) : statSync(path).mtimeMs;
    });
  return Math.max(0, ...times);
}
