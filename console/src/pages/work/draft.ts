import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiProblem, api, bodyOf, type Task } from '../../app/api.ts';
import { useSession } from '../../app/session.tsx';
import type { Value } from './AnswerField.tsx';
import { pathOf } from './decide.ts';

export type Values = Record<string, Value>;

/** What somebody has typed into a task's answers, as this tab has it. */
interface Kept {
  values: Values;
  /** ISO 8601 */
  at: string;
  /** The service has it too. */
  isSaved: boolean;
}

const keyOf = (taskId: string, personId: string) => `dealerops/draft/${personId}/${taskId}`;

function read(key: string): Kept | undefined {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? '') as Kept;
  } catch {
    return undefined;
  }
}

function write(key: string, kept: Kept | undefined): void {
  try {
    if (kept) sessionStorage.setItem(key, JSON.stringify(kept));
    else sessionStorage.removeItem(key);
  } catch {
    // A tab that may keep nothing, or is full, still has what is typed until it is reloaded.
  }
}

/** What the person has typed into a task that is not theirs now, and how to forget it. */
export function useLeftover(task: Task): { values: Values; forget: () => void } | undefined {
  const { personId } = useSession();
  const key = keyOf(task.id, personId ?? '');
  const [, changed] = useState(0);
  const kept = read(key);
  // Not what they have just sent themselves.
  const isSent = task.state === 'done' && task.closedBy === personId;
  if (!kept || isSent || !hasAnswers(kept.values)) return undefined;
  const forget = () => {
    write(key, undefined);
    changed((count) => count + 1);
  };
  return { values: kept.values, forget };
}

const hasAnswers = (values: Values) => Object.values(values).some((value) => value !== '' && value !== false);

const [typingMs, retryMs] = [700, 5_000];

/**
 * The answers while they are typed. The tab keeps them at once, through reloads and navigation; the service keeps those of a task
 * that spans days, also through the end of the session and for whoever takes the task over.
 */
export function useDraft(task: Task) {
  const { personId } = useSession();
  const key = keyOf(task.id, personId ?? '');
  const onServer = task.content.spansDays === true;
  const queries = useQueryClient();
  const [draft, setDraft] = useState(() => firstOf(task, read(key)));
  const [problem, setProblem] = useState<string>();
  const [tries, setTries] = useState(0);
  const latest = useRef(draft);

  const change = useCallback(
    (name: string, value: Value) => {
      const at = new Date().toISOString();
      const next = { values: { ...latest.current.values, [name]: value }, at, by: personId, isSaved: false };
      latest.current = next;
      write(key, next);
      setDraft(next);
    },
    [key, personId],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: `tries` starts it again
  useEffect(() => {
    if (!onServer || draft.isSaved || draft.at === null) return;
    const save = async () => {
      try {
        const body = { answers: draft.values };
        const saved = await bodyOf(api.PUT('/v1/tasks/{id}/draft', { ...pathOf(task), body }));
        setProblem(undefined);
        if (latest.current.at !== draft.at) return;
        latest.current = { values: draft.values, at: saved.at, by: saved.by, isSaved: true };
        write(key, { values: draft.values, at: saved.at, isSaved: true });
        setDraft(latest.current);
      } catch (error) {
        setProblem(error instanceof Error ? error.message : String(error));
        const status = error instanceof ApiProblem ? error.problem.status : 0;
        if (status === 401) queries.invalidateQueries({ queryKey: ['session'] });
        if (status === 409 || status === 403) queries.invalidateQueries({ queryKey: ['task', task.id] });
        else timer = setTimeout(() => setTries((count) => count + 1), retryMs);
      }
    };
    let timer = setTimeout(save, problem ? 0 : typingMs);
    return () => clearTimeout(timer);
  }, [draft, tries, onServer, key, task.id]);

  const clear = () => write(key, undefined);
  return { ...draft, onServer, change, clear, problem };
}

/** What was typed last: in this tab, if the service does not have it yet; else what the service has. */
function firstOf({ draft }: Task, kept: Kept | undefined) {
  const isNewer = kept && (!draft || !kept.isSaved);
  if (isNewer)
    return { values: kept.values, at: kept.at as string | null, by: null as string | null, isSaved: kept.isSaved };
  if (draft) return { values: draft.answers, at: draft.at, by: draft.by, isSaved: true };
  return { values: {}, at: null, by: null, isSaved: true };
}
