import { killChildren } from './children.ts';
import { startFailure } from './startError.ts';

/** What was started, in that order; it ends in the opposite one. */
const started: { name: string; close: () => Promise<void> | void }[] = [];
let endingSince: number | undefined;
let endWithinMs = Number.POSITIVE_INFINITY;

/**
 * Starts a service that runs until a signal, a failure of one of its parts, or a failure of its start, and then ends in
 * order: what was started last is closed first. A second signal ends it at once.
 * @param start notes what it starts with `endLater`; what it throws is printed in readable lines, with exit code 1
 * @param options.endWithinMs after which what has not ended is given up, with exit code 1; never when absent
 */
export async function runService(start: () => Promise<void>, options: { endWithinMs?: number } = {}): Promise<void> {
  endWithinMs = options.endWithinMs ?? endWithinMs;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void shutDown(0));
  try {
    await start();
  } catch (error) {
    for (const line of startFailure(error).split('\n')) console.error(line);
    await end(1);
  }
}

/** Ends this too when the service ends. */
export function endLater(name: string, close: () => Promise<void> | void): void {
  started.push({ name, close });
}

/** A part that ends by itself takes all with it: whoever starts the service again finds it whole. */
export function endWith(name: string, ended: Promise<string>, logFile?: string): void {
  void ended.then((why) => {
    if (endingSince !== undefined) return;
    console.error(`${name} has ended (${why})${logFile ? `; its log is ${logFile}` : ''}`);
    void shutDown(1);
  });
}

async function shutDown(exitCode: number): Promise<void> {
  if (endingSince !== undefined) {
    // npm forwards the Ctrl-C that the terminal has already sent to every process: that is one request, not two.
    if (Date.now() - endingSince < 1_000) return;
    exit(1);
  }
  console.log('Shutting down; Ctrl-C or SIGTERM again ends it at once');
  await end(exitCode);
}

async function end(exitCode: number): Promise<void> {
  endingSince = Date.now();
  if (Number.isFinite(endWithinMs)) setTimeout(giveUp, endWithinMs).unref();
  for (let part = started.pop(); part; part = started.pop()) {
    closing = part.name;
    try {
      await part.close();
    } catch (error) {
      console.error(`${part.name} did not end in order: ${(error as Error).message}`);
    }
  }
  exit(exitCode);
}

let closing = '';

function giveUp(): void {
  console.error(`${closing} did not end within ${endWithinMs / 1_000} seconds: it was cut off`);
  exit(1);
}

/** What is still open, such as the SDK's threads, would keep the process alive. */
function exit(code: number): never {
  killChildren();
  process.exit(code);
}
