import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartError } from './startError.ts';

export interface ChildOptions {
  command: string;
  args: string[];
  /** Takes what the child prints; the previous run's is kept beside it as `.previous`. */
  logFile: string;
  /** Asks the child to end in order. */
  stopSignal: NodeJS.Signals;
  /** Ends it at once. */
  killSignal: NodeJS.Signals;
  env?: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
}

export interface Child {
  pid: number;
  /** Why it ended, such as `exit code 1`; never rejects. */
  ended: Promise<string>;
  hasEnded(): boolean;
  /** Ends it in order, by force after 15 seconds. */
  stop(): Promise<void>;
}

const living = new Map<ChildProcess, NodeJS.Signals>();

/**
 * Starts a server in a process group of its own, so that Ctrl-C in the terminal does not reach it before those who use
 * it have stopped. It is stopped at the latest when this process exits.
 */
export function startChild(options: ChildOptions): Child {
  if (existsSync(options.logFile)) renameSync(options.logFile, `${options.logFile}.previous`);
  const log = openSync(options.logFile, 'w', 0o600);
  const child = withPrivateFiles(() =>
    spawn(options.command, options.args, {
      detached: true,
      stdio: ['ignore', log, log],
      env: options.env,
      uid: options.uid,
      gid: options.gid,
    }),
  );
  closeSync(log);
  living.set(child, options.killSignal);
  const ended = new Promise<string>((resolve) => {
    const settle = (why: string) => {
      living.delete(child);
      resolve(why);
    };
    child.once('error', (error) => settle(error.message));
    child.once('exit', (code, signal) => settle(signal ? `signal ${signal}` : `exit code ${code}`));
  });
  return {
    pid: child.pid ?? -1,
    ended,
    hasEnded: () => !living.has(child),
    async stop() {
      if (!living.has(child)) return;
      signalGroup(child.pid, options.stopSignal);
      const force = setTimeout(() => signalGroup(child.pid, options.killSignal), 15_000);
      await ended;
      clearTimeout(force);
    },
  };
}

/** What a child started here writes can be read by its own account only, such as Temporal's database. */
function withPrivateFiles<T>(start: () => T): T {
  const before = process.umask(0o077);
  try {
    return start();
  } finally {
    process.umask(before);
  }
}

// Whatever ends this process, no child outlives it.
process.on('exit', () => {
  for (const [child, signal] of living) signalGroup(child.pid, signal);
});

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The command line of a running process; null when there is none with this ID. */
export function commandOf(pid: number): string | null {
  try {
    if (process.platform === 'linux') {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      return command || null; // a process that has ended and waits for its parent has an empty one
    }
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}

/**
 * Ends a server that an earlier start left behind when it was killed.
 * @param sign what its command line contains, so that an unrelated process that now has its ID is left alone
 * @throws StartError when it does not end
 */
export async function endLeftOver(pid: number, sign: string, signal: NodeJS.Signals): Promise<void> {
  const runs = () => commandOf(pid)?.includes(sign) ?? false;
  if (!runs()) return;
  process.kill(pid, signal);
  for (let waited = 0; runs(); waited += 100) {
    if (waited === 10_000) process.kill(pid, 'SIGKILL');
    if (waited > 15_000)
      throw new StartError(`Process ${pid} of an earlier start does not end: end it, then start again`);
    await sleep(100);
  }
}

/** The last lines of a log, joined to one, for an error message. */
export function lastLines(logFile: string, count = 3): string {
  const lines = readFileSync(logFile, 'utf8')
    .split('\n')
    .map((line) => line.trim());
  return lines.filter(Boolean).slice(-count).join(' | ').slice(-600);
}
