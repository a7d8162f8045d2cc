import { startFailure } from './startError.ts';

/** Runs a program to its end; a failure is printed in readable lines, with exit code 1. */
export async function runProgram(program: () => Promise<void>): Promise<void> {
  try {
    await program();
  } catch (error) {
    for (const line of startFailure(error).split('\n')) console.error(line);
    process.exitCode = 1;
  }
}

/** Resolves with the first signal that asks this process to end: Ctrl-C, `docker stop`, or the terminal's end. */
export function askedToEnd(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve(signal));
  });
}
