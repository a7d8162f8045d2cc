import { useSyncExternalStore } from 'react';
import type { Value } from './AnswerField.tsx';

export type Values = Record<string, Value>;

/** What a person has typed into a task's answers, as this tab has it. */
export interface Typed {
  values: Values;
  /** When the draft that these values continue was saved, by the service's clock; null when there was none. */
  base: string | null;
  /** The service has these values. */
  isSaved: boolean;
  /** What was sent last while the answer to it is missing: the service may have it. */
  sent?: Values;
  /** Why it could not be saved. */
  problem?: { message: string; isRetried: boolean };
  /** What was typed before somebody else's newer draft took its place: to read and copy. */
  aside?: Values;
}

/** @param personId who has typed it: nobody else who signs in here sees it */
export const keyOf = (taskId: string, personId: string) => `dealerops/draft/${personId}/${taskId}`;

const copies = new Map<string, Typed | undefined>();
const readers = new Set<() => void>();

/** What the tab has, also after a reload. */
export function readTyped(key: string): Typed | undefined {
  if (!copies.has(key)) copies.set(key, stored(key));
  return copies.get(key);
}

function stored(key: string): Typed | undefined {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? '') as Typed;
  } catch {
    return undefined;
  }
}

/** Keeps it in place of what the tab had, or forgets that. */
export function writeTyped(key: string, typed: Typed | undefined): void {
  copies.set(key, typed);
  try {
    if (typed) sessionStorage.setItem(key, JSON.stringify(typed));
    else sessionStorage.removeItem(key);
  } catch {
    // A tab that may keep nothing, or is full, still has what is typed until it is reloaded.
  }
  for (const read of readers) read();
}

/** What the tab has now. */
export function useTyped(key: string): Typed | undefined {
  return useSyncExternalStore(
    (read) => {
      readers.add(read);
      return () => readers.delete(read);
    },
    () => readTyped(key),
  );
}
