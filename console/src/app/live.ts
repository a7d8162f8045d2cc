import type { QueryClient } from '@tanstack/react-query';
import { createParser } from 'eventsource-parser';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { queriesToRefresh } from './changedQueries.ts';
import { nameOwner } from './pageOwner.ts';

/** The server says something every 15 seconds: a stream that is silent for longer is dead. */
const silentMs = 40_000;
/** How long a lost stream may take to come back before the page says so, and polls. */
const graceMs = 4_000;
const longestPauseMs = 30_000;
/** A hidden tab gives its connection back: a browser has six for all tabs of a site. */
const hiddenMs = 5_000;

const upToDateMs = 50_000;
const pollMs = 10_000;

let isLost = false;
const readers = new Set<() => void>();
function setLost(lost: boolean): void {
  if (lost === isLost) return;
  isLost = lost;
  for (const read of readers) read();
}

/** Whether the page does not hear of changes now, and looks for them itself. */
export function useIsLost(): boolean {
  return useSyncExternalStore(
    (read) => {
      readers.add(read);
      return () => readers.delete(read);
    },
    () => isLost,
  );
}

/**
 * How often an open page asks again, in ms. Also while it hears of changes: that a task is late, or a workflow is stopped, is not
 * written by anybody.
 */
export function refreshMs(hasFailed: boolean): number {
  if (hasFailed) return 2 * pollMs;
  return isLost ? pollMs : upToDateMs;
}

/**
 * Keeps what the page shows up to date, for as long as somebody is signed in.
 * @param from a position before anything was read, so that nothing of it is read twice
 */
export function useLive(queries: QueryClient, signedIn: boolean, from: string | undefined): void {
  const heard = useRef<string>(undefined);
  heard.current ??= from;
  useEffect(() => {
    if (!signedIn) return;
    const stop = new AbortController();
    void follow(queries, stop.signal, heard);
    return () => {
      stop.abort();
      setLost(false);
    };
  }, [queries, signedIn]);
}

/** @param heard the ID of the last event, from which the next stream continues */
async function follow(queries: QueryClient, stop: AbortSignal, heard: { current?: string }): Promise<void> {
  let failures = 0;
  const lost = () => {
    setLost(true);
    // Each query then decides again how often it asks.
    void queries.invalidateQueries(queriesToRefresh({ everything: true }));
  };
  let grace: number | undefined;
  while (!stop.aborted) {
    await untilVisible(stop);
    const connection = connectionWhileVisible(stop);
    try {
      for await (const { id, data } of events(heard.current, connection)) {
        clearTimeout(grace);
        grace = undefined;
        setLost(false);
        failures = 0;
        heard.current = id;
        void queries.invalidateQueries(queriesToRefresh(JSON.parse(data)));
      }
    } catch (error) {
      if (error instanceof SignedOut) {
        clearTimeout(grace);
        // The console then shows the sign-in; with a new session this starts again.
        void queries.invalidateQueries({ queryKey: ['session'] });
        return;
      }
      // The console then shows who has signed in, and stops this.
      if (error instanceof Replaced) void queries.invalidateQueries({ queryKey: ['session'] });
    }
    if (stop.aborted || document.hidden) continue;
    grace ??= window.setTimeout(lost, graceMs);
    failures += 1;
    await pause(Math.min(500 * 2 ** failures, longestPauseMs) * (0.5 + Math.random() / 2), stop);
  }
  clearTimeout(grace);
}

class SignedOut extends Error {}
/** Another person has signed in in this browser. */
class Replaced extends Error {}

interface Heard {
  id: string;
  data: string;
}

/** What the server says until the stream ends, is silent for too long, or `connection` is aborted. */
async function* events(lastEventId: string | undefined, connection: AbortController): AsyncGenerator<Heard> {
  let watch = setTimeout(() => connection.abort(), silentMs);
  const headers = new Headers({ 'x-dealerops-console': 'idle', ...(lastEventId && { 'last-event-id': lastEventId }) });
  nameOwner(headers);
  const response = await fetch('/v1/changes', { headers, signal: connection.signal });
  if (response.status === 401) throw new SignedOut();
  if (response.status === 412) throw new Replaced();
  if (!response.ok || !response.body) throw new Error(`status ${response.status}`);
  const heard: Heard[] = [];
  const parser = createParser({ onEvent: ({ id = '', data }) => heard.push({ id, data }) });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      clearTimeout(watch);
      watch = setTimeout(() => connection.abort(), silentMs);
      parser.feed(part.value);
      yield* heard.splice(0);
    }
  } finally {
    clearTimeout(watch);
    connection.abort();
  }
}

function untilVisible(stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = new AbortController();
    const look = () => {
      if (document.hidden && !stop.aborted) return;
      over.abort();
      resolve();
    };
    document.addEventListener('visibilitychange', look, { signal: over.signal });
    stop.addEventListener('abort', look, { signal: over.signal });
    look();
  });
}

/** Aborts when the page stops listening, or its tab has been hidden for a while. */
function connectionWhileVisible(stop: AbortSignal): AbortController {
  const connection = new AbortController();
  const { signal } = connection;
  let timer: number | undefined;
  const look = () => {
    clearTimeout(timer);
    if (document.hidden) timer = window.setTimeout(() => connection.abort(), hiddenMs);
  };
  document.addEventListener('visibilitychange', look, { signal });
  stop.addEventListener('abort', () => connection.abort(), { signal });
  return connection;
}

/** Shorter when the network is back. */
function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = new AbortController();
    const end = () => {
      over.abort();
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(end, ms);
    stop.addEventListener('abort', end, { signal: over.signal });
    window.addEventListener('online', end, { signal: over.signal });
  });
}
