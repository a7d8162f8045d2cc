import type { FastifyBaseLogger } from 'fastify';
import { type ChangedRows, type Changes, changesSince } from '../../db/queries/changes.ts';
import type { Caller } from '../../db/queries/keys.ts';
import { stillValid } from '../../db/queries/sessions.ts';
import type { ApiOptions } from './options.ts';
import { tooManyRequests } from './plugins/limits.ts';
import { Problem } from './problems.ts';

const lookEveryMs = 1_000;
/** A listener hears something at least this often, also that nothing has changed; and whether it may still listen is checked. */
const quietMs = 15_000;
const checkCallersEveryMs = 5_000;
/** Of one session, or of one API key without a session: a browser has fewer connections for all its tabs. */
const mostOfOne = 10;
const mostInAll = 500;
const retrySeconds = 10;

/** @param position from which a later stream can continue */
export type Hear = (position: string, changes: Changes) => void;

interface Listener {
  caller: Caller;
  hear: Hear;
  end(): void;
}

export interface ChangeFeed {
  /**
   * Reports every change after a position to the listener, beginning with those that it has missed. It ends when the listener
   * leaves, when its session or key is no longer valid, or when the API stops.
   * @returns leaves
   * @throws Problem when there are too many listeners, or the API stops
   */
  listen(caller: Caller, to: { hear: Hear; end(): void }, since: string | undefined): Promise<() => void>;
  /** Ends every stream. */
  close(): void;
}

/**
 * Reports what has changed to all listeners of this process, by one query a second while there are any. Processes need not know
 * of each other: a change is seen whichever of them made it.
 */
export function changeFeedOf(
  { database: { db } }: Pick<ApiOptions, 'database'>,
  ofProcesses: readonly ChangedRows[],
  log: FastifyBaseLogger,
): ChangeFeed {
  const listeners = new Set<Listener>();
  let closed = false;
  let position: string | undefined;
  let lastHeard = 0;
  let lastChecked = 0;
  let looking: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    const found = await changesSince(db, position, ofProcesses);
    // A stream begins with its own look: the first one of all finds out only from where to go on.
    const isFirst = position === undefined;
    position = found.position;
    const now = performance.now();
    if (!isFirst && (isAny(found.changes) || now - lastHeard >= quietMs)) {
      lastHeard = now;
      for (const { hear } of listeners) hear(found.position, found.changes);
    }
    if (now - lastChecked >= checkCallersEveryMs) {
      lastChecked = now;
      const all = [...listeners];
      const valid = new Set(
        await stillValid(
          db,
          all.map(({ caller }) => caller),
        ),
      );
      for (const listener of all) if (!valid.has(listener.caller)) listener.end();
    }
  }

  /** While PostgreSQL does not answer nobody hears anything, and the page knows by the silence that it is not up to date. */
  function lookOnce(): Promise<void> {
    looking ??= look().finally(() => {
      looking = undefined;
      clearTimeout(timer);
      if (listeners.size > 0) timer = setTimeout(lookAgain, lookEveryMs).unref();
      else position = undefined;
    });
    return looking;
  }

  function lookAgain(): void {
    lookOnce().catch((error) => log.warn({ err: error }, 'looking for changes has failed'));
  }

  return {
    async listen(caller, { hear, end }, since) {
      if (closed) throw new Problem(503, 'unavailable', 'The service is shutting down: try again in a moment.', retry);
      const isOfSame = (one: Listener) => idOf(one.caller) === idOf(caller);
      if ([...listeners].filter(isOfSame).length >= mostOfOne)
        throw tooManyRequests('streams of this session or API key', retrySeconds, 'Close pages that you do not need.');
      if (listeners.size >= mostInAll)
        throw new Problem(503, 'unavailable', 'Too many pages listen at once: try again in a moment.', retry);
      // What is heard while it looks for what it has missed must not come first, or it could continue from too late.
      const early: Parameters<Hear>[] = [];
      const listener: Listener = { caller, end, hear: (...heard) => early.push(heard) };
      listeners.add(listener);
      try {
        if (position === undefined) await lookOnce();
        const missed = await changesSince(db, since, ofProcesses);
        hear(missed.position, missed.changes);
        for (const heard of early) hear(...heard);
        listener.hear = hear;
      } catch (error) {
        listeners.delete(listener);
        throw error;
      }
      return () => void listeners.delete(listener);
    },
    close() {
      closed = true;
      clearTimeout(timer);
      for (const { end } of listeners) end();
    },
  };
}

const retry = { headers: { 'retry-after': String(retrySeconds) } };

const idOf = ({ sessionId, keyId }: Caller) => sessionId ?? keyId;

function isAny({ everything, tasks, dealers, people, subjects }: Changes): boolean {
  return everything || tasks.length + dealers.length + people.length + Object.keys(subjects).length > 0;
}
