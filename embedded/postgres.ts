import { spawn } from 'node:child_process';
import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Child, endLeftOver, lastLines, startChild } from '../service/children.ts';
import { StartError } from '../service/startError.ts';
import { type PostgresPlace, postgresPlace } from './postgresPlace.ts';

export interface PostgresOptions {
  /** Holds the cluster and its log. */
  folder: string;
  port: number;
  /** Of the superuser `dealerops`; kept by the caller, since it is set when the cluster is made. */
  password: string;
  /** Server settings such as `fsync`, beside the defaults. */
  settings?: Record<string, string>;
}

export interface RunningPostgres {
  /** URL of the database `dealerops`. */
  url: string;
  /** Where the data is: elsewhere than asked where root's folder is closed to PostgreSQL's account. */
  folder: string;
  /** Why it ended, such as `signal SIGKILL`. */
  ended: Promise<string>;
  stop(): Promise<void>;
}

const name = 'dealerops';

/**
 * Starts the embedded PostgreSQL on 127.0.0.1, as the account `postgres` where this process is root. The data survives
 * restarts and crashes; a server that a killed process left behind is ended first.
 * @throws StartError when it cannot be set up or does not answer within 60 seconds
 */
export async function startPostgres({ folder, port, password, settings }: PostgresOptions): Promise<RunningPostgres> {
  const place = await postgresPlace(folder);
  const data = join(place.folder, 'data');
  await endEarlierServer(data);
  if (!existsSync(data)) await makeCluster(place, data, password);
  const logFile = join(place.folder, 'postgres.log');
  const server = startChild({
    command: place.postgres,
    args: ['-D', data, '-p', String(port), '-h', '127.0.0.1', ...flags({ unix_socket_directories: '', ...settings })],
    logFile,
    // Fast shutdown; SIGQUIT ends the server's own children too, and the write-ahead log keeps what was committed.
    stopSignal: 'SIGINT',
    killSignal: 'SIGQUIT',
    env: { PATH: process.env.PATH, TZ: 'UTC', LC_ALL: 'C' },
    ...place.account,
  });
  const urlOf = (database: string) =>
    `postgres://${name}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
  try {
    await makeDatabase(urlOf('postgres'), server, logFile);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { url: urlOf(name), folder: place.folder, ended: server.ended, stop: () => server.stop() };
}

function flags(settings: Record<string, string>): string[] {
  return Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
}

/** Ends a server that a killed process left behind on the data in this folder. @throws StartError when it does not end */
export async function endEarlierPostgres(folder: string): Promise<void> {
  const place = await postgresPlace(folder);
  await endEarlierServer(join(place.folder, 'data'));
}

/** The file stays behind after a crash, and its process ID may by now be an unrelated process's. */
async function endEarlierServer(data: string): Promise<void> {
  const pidFile = join(data, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
  if (pid > 1) await endLeftOver(pid, data, 'SIGINT');
  rmSync(pidFile, { force: true });
}

/** Made beside its place and then renamed, so that an interrupted one is never taken for whole. */
async function makeCluster({ initdb, folder, account }: PostgresPlace, data: string, password: string): Promise<void> {
  const unfinished = `${data}.unfinished`;
  const passwordFile = join(folder, 'password');
  rmSync(unfinished, { recursive: true, force: true });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account) chownSync(passwordFile, account.uid, account.gid);
  try {
    const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
    const access = [`--username=${name}`, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
    await run(initdb, ['-D', unfinished, ...locale, ...access], account);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(unfinished, data);
}

function run(command: string, args: string[], account: PostgresPlace['account']): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env.PATH, LC_ALL: 'C' },
      ...account,
    });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said = `${said}${chunk}`.slice(-2_000);
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) return resolve();
      const cause = said.trim().replace(/\s*\n\s*/g, ' | ') || `exit code ${code}`;
      const hint = said.includes('shared libraries') ? '; run npm rebuild, so that its install scripts run' : '';
      reject(new StartError(`PostgreSQL's ${basename(command)} failed: ${cause}${hint}`));
    });
  });
}

async function makeDatabase(url: string, server: Child, logFile: string): Promise<void> {
  let problem = '';
  for (const until = Date.now() + 60_000; Date.now() < until; await sleep(100)) {
    if (server.hasEnded())
      throw new StartError(`PostgreSQL ended at once (${await server.ended}): ${lastLines(logFile)}`);
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
    try {
      await client.connect();
      const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
      if (rowCount === 0) await client.query(`create database ${name}`);
      return;
    } catch (error) {
      problem = (error as Error).message;
      if (/password authentication/.test(problem))
        throw new StartError(
          `PostgreSQL's data in ${logFile.replace(/\/[^/]*$/, '')} has another password than keys.json: restore keys.json, or remove the data`,
        );
    } finally {
      await client.end().catch(() => {});
    }
  }
  throw new StartError(`PostgreSQL did not answer within 60 seconds (${problem}); its log is ${logFile}`);
}
