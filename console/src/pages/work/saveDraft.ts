import type { QueryClient } from '@tanstack/react-query';
import { cleanText } from '../../../../domain/shared/identifiers.ts';
import { ApiProblem, api, bodyOf, type Session, type Task } from '../../app/api.ts';
import { hasLostSession } from '../../app/signIn.ts';
import { pathOf } from './decide.ts';
import { readTyped, type Typed, type Values, writeTyped } from './typed.ts';
import { taskQuery } from './useTask.ts';

export interface DraftToSave {
  queries: QueryClient;
  taskId: string;
  personId: string | null;
  /** Of what is typed. */
  key: string;
}

const [retryMs, freshMs] = [5_000, 60_000];
const saving = new Set<string>();
const retries = new Map<string, number>();

/**
 * Saves what is typed, if the service does not have it: one request at a time, then the latest, so that an older one never
 * arrives last. It goes on after the person has left the task.
 */
export async function saveDraft(draft: DraftToSave): Promise<void> {
  const { key } = draft;
  if (saving.has(key)) return;
  clearTimeout(retries.get(key));
  saving.add(key);
  const againIn = await send(draft);
  saving.delete(key);
  if (againIn !== undefined) retries.set(key, window.setTimeout(saveDraft, againIn, draft));
}

/** @returns after how many ms there is something to send; undefined when there is nothing, or it would be rejected again */
async function send({ queries, taskId, personId, key }: DraftToSave): Promise<number | undefined> {
  const isTheirs = () => queries.getQueryData<Session>(['session'])?.personId === personId;
  if (!isUnsaved(readTyped(key)) || !isTheirs()) return undefined;
  let sent: Values | undefined;
  try {
    // What is typed must not replace a newer draft of somebody else.
    const task = await queries.fetchQuery({ ...taskQuery(taskId), staleTime: freshMs });
    const typed = readTyped(key);
    if (!isUnsaved(typed) || isOutdated(typed, task.draft) || !isTheirs()) return undefined;
    sent = typed.values;
    writeTyped(key, { ...typed, sent });
    // Also when the tab is closed meanwhile.
    const body = { answers: sent, base: task.draft?.at ?? null };
    const options = { ...pathOf(task), body, keepalive: true };
    const saved = await bodyOf(api.PUT('/v1/tasks/{id}/draft', options));
    const now = readTyped(key);
    // The task was completed meanwhile.
    if (!now) return undefined;
    queries.setQueryData<Task>(['task', taskId], (cached) => cached && { ...cached, draft: saved });
    const isSaved = now.values === sent;
    writeTyped(key, { ...now, base: saved.at, isSaved, sent: undefined, problem: undefined });
    return isSaved ? undefined : 0;
  } catch (error) {
    const now = readTyped(key);
    if (!now) return undefined;
    const status = error instanceof ApiProblem ? error.problem.status : 0;
    if (error instanceof ApiProblem && error.problem.type === '/problems/draft-replaced') {
      // By another tab, or by a request of this one whose answer was lost: the task tells.
      await queries.invalidateQueries({ queryKey: ['task', taskId] });
      return 0;
    }
    // The person may sign in again.
    const isRetried = status === 0 || hasLostSession(error) || status === 429 || status >= 500;
    writeTyped(key, {
      ...now,
      problem: { message: error instanceof Error ? error.message : String(error), isRetried },
    });
    if (hasLostSession(error)) queries.invalidateQueries({ queryKey: ['session'] });
    if (status === 409 || status === 403) queries.invalidateQueries({ queryKey: ['task', taskId] });
    if (isRetried) return retryMs;
    return sent && now.values !== sent ? 0 : undefined;
  }
}

const isUnsaved = (typed: Typed | undefined): typed is Typed => typed !== undefined && !typed.isSaved;

/** Whether the service has a newer draft than the one that was continued, and not from here. */
export function isOutdated({ values, base, sent }: Typed, draft: Task['draft']): boolean {
  if (!draft || (base !== null && draft.at <= base)) return false;
  return !isSame(draft.answers, values) && !(sent && isSame(draft.answers, sent));
}

/** As the service cleans what it is sent. */
function isSame(saved: Values, typed: Values): boolean {
  const clean = (value: Values[string] | undefined) => (typeof value === 'string' ? cleanText(value) : value);
  const names = new Set([...Object.keys(saved), ...Object.keys(typed)]);
  return [...names].every((name) => clean(saved[name]) === clean(typed[name]));
}
