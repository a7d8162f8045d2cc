import { killChildren } from './children.ts';

/** What was started, in that order; it ends in the opposite one. */
const started: { name: string; close: () => Promise<void> | void }[] = [];
let endingSince: number | undefined;

/** Ends this too when the process ends. */
export function endLater(name: string, close: () => Promise<void> | void): void {
  started.push({ name, close });
}

/** Ctrl-C, `kill` and the terminal's end lead to an end in order. */
export function endOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0));
}

/** Ends all in order; asked again, at once. */
export async function end(exitCode: number): Promise<void> {
  if (endingSince !== undefined) {
    // npm passes on the Ctrl-C that the terminal has already sent to all: that is one wish, not two.
    if (Date.now() - endingSince < 1_000) return;
    killChildren();
    process.exit(1);
  }
  endingSince = Date.now();
  console.log('Ending what was started; Ctrl-C again ends it at once');
  for (const { name, close } of started.reverse()) {
    try {
      await close();
    } catch (error) {
      console.error(`${name} did not end in order: ${(error as Error).message}`);
    }
  }
  process.exit(exitCode);
}

/** A server that ends by itself takes all with it: whoever starts the service again finds it whole. */
export function endWith(name: string, ended: Promise<string>, logFile?: string): void {
  void ended.then((why) => {
    if (endingSince !== undefined) return;
    console.error(`${name} has ended (${why})${logFile ? `; its log is ${logFile}` : ''}`);
    void end(1);
  });
}
