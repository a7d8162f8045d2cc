import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const projectFolder = fileURLToPath(new URL('../..', import.meta.url));

export interface RunningProgram {
  process: ChildProcess;
  /** All that it has printed so far. */
  printed(): string;
  /** Resolves once it has printed this; rejects with all that it printed when it ends before. */
  prints(expected: string | RegExp): Promise<void>;
  /** Its exit code; null when a signal ended it. */
  ended: Promise<number | null>;
}

/** Runs one of the project's programs, with these variables only. */
export function runProgram(
  file: string,
  environment: Record<string, string> = {},
  args: string[] = [],
): RunningProgram {
  return runCommand(process.execPath, ['--import', 'tsx', file, ...args], environment);
}

export type ReleasedProgram = 'api' | 'worker' | 'migrate' | 'makeCurrent' | 'replayOpenHistories';

/** Runs a program of production from the folder of a release, as its image does. */
export function runReleased(
  release: string,
  name: ReleasedProgram,
  environment: Record<string, string> = {},
): RunningProgram {
  const settings = { NODE_ENV: 'production', NODE_OPTIONS: '--enable-source-maps', ...environment };
  return runCommand(process.execPath, [`dist/bin/${name}.js`], settings, release);
}

/** Runs a command in the project's folder or another one, with these variables only. */
export function runCommand(
  command: string,
  args: string[],
  environment: Record<string, string> = {},
  folder = projectFolder,
): RunningProgram {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(command, args, {
    cwd: folder,
    env: { PATH, HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      text += chunk;
      for (const listener of listeners) listener();
    });
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  return {
    process: child,
    printed: () => text,
    ended,
    prints: (expected) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (typeof expected === 'string' ? !text.includes(expected) : !expected.test(text)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
        void ended.then((code) => reject(new Error(`${args.join(' ')} ended with ${code} and printed:\n${text}`)));
      }),
  };
}
