import closeWithGrace from 'close-with-grace';
import { startFailure } from './startError.ts';

const endSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** The library would handle these too: after most of them no JavaScript can be relied on. */
const leftToNode = [
  'SIGQUIT',
  'SIGILL',
  'SIGTRAP',
  'SIGABRT',
  'SIGBUS',
  'SIGFPE',
  'SIGSEGV',
  'SIGUSR2',
  'beforeExit',
] as const;
const sameRequestMs = 1_000;

/** What was started, in that order; it ends in the opposite one. */
const started: { name: string; close: () => Promise<void> | void }[] = [];
let closing = '';
let endingSince: number | undefined;
let failure: Error | undefined;
let close = () => {};

/**
 * Starts a service that runs until a signal, a failure of one of its parts or of its start, or an uncaught error, and then
 * ends in order: what was started last is closed first. A second signal ends it at once. Exit code 0 after a signal, else 1.
 * @param start notes what it starts with `endLater`; what it throws is printed in readable lines
 * @param options.endWithinMs after which what has not ended is given up, with exit code 1; never when absent
 */
export async function runService(start: () => Promise<void>, options: { endWithinMs?: number } = {}): Promise<void> {
  const settings: closeWithGrace.Options = {
    delay: options.endWithinMs ?? false,
    logger: false,
    skip: [...endSignals, ...leftToNode],
    onTimeout: (ms) => console.error(`${closing} did not end within ${ms / 1_000} seconds: it was cut off`),
    onSecondError: printFailure,
  };
  ({ close } = closeWithGrace(settings, async ({ err }) => {
    endingSince ??= Date.now();
    if (err) printFailure(err);
    await closeAll();
    // The library's exit code is 1 when this fails.
    if (failure) throw failure;
  }));
  for (const signal of endSignals) process.on(signal, onSignal);
  try {
    await start();
  } catch (error) {
    // A start that was interrupted fails too.
    if (endingSince !== undefined) return;
    printFailure(error);
    endBecause(error as Error);
  }
}

/** Ends this too when the service ends. */
export function endLater(name: string, close: () => Promise<void> | void): void {
  started.push({ name, close });
}

/** When this part ends by itself, all others are closed too, so that a restart starts the whole service. */
export function endWith(name: string, ended: Promise<string>, logFile?: string): void {
  void ended.then((why) => {
    if (endingSince !== undefined) return;
    const message = `${name} has ended (${why})${logFile ? `; its log is ${logFile}` : ''}`;
    console.error(message);
    console.log(shuttingDown);
    endBecause(new Error(message));
  });
}

const shuttingDown = 'Shutting down; Ctrl-C or SIGTERM again ends it at once';

function onSignal(): void {
  if (endingSince === undefined) {
    console.log(shuttingDown);
    endingSince = Date.now();
    close();
  } else if (Date.now() - endingSince >= sameRequestMs) {
    // npm forwards the Ctrl-C that the terminal has already sent to every process: that is one request, not two.
    process.exit(1);
  }
}

function endBecause(error: Error): void {
  failure = error;
  endingSince = Date.now();
  close();
}

async function closeAll(): Promise<void> {
  for (let part = started.pop(); part; part = started.pop()) {
    closing = part.name;
    try {
      await part.close();
    } catch (error) {
      console.error(`${part.name} did not end in order: ${(error as Error).message}`);
    }
  }
}

function printFailure(error: unknown): void {
  for (const line of startFailure(error).split('\n')) console.error(line);
}
