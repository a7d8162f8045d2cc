import { execFile } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const source = fileURLToPath(new URL('../console', import.meta.url));
const built = join(source, 'dist');
/** What the console is built from. */
const sources = [source, ...['domain', 'records'].map((folder) => join(dirname(source), folder))];

/** Builds the console where it was not built since its sources changed. @returns its folder */
export async function freshConsole(onWait: (what: string) => void): Promise<string> {
  const index = join(built, 'index.html');
  if (existsSync(index) && statSync(index).mtimeMs > Math.max(...sources.map(newestSource))) return built;
  onWait('Building the console, since its sources are new: this takes half a minute');
  await buildConsole(built);
  return built;
}

/** @throws Error with the first line of what Vite says */
export async function buildConsole(folder: string): Promise<void> {
  const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin/vite.js');
  const args = [vite, 'build', '--config', join(source, 'vite.config.ts'), '--outDir', folder];
  // Vite keeps another NODE_ENV, such as the tests', and React would be built for development: slower, and a third larger.
  const env = { ...process.env, NODE_ENV: 'production' };
  await promisify(execFile)(process.execPath, args, { cwd: dirname(source), timeout: 180_000, env }).catch((error) => {
    throw new Error(
      String(error.stderr || error.message)
        .trim()
        .split('\n')[0],
    );
  });
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
