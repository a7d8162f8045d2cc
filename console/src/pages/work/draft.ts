import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Task } from '../../app/api.ts';
import { useSession } from '../../app/session.tsx';
import type { Value } from './AnswerField.tsx';
import { isOutdated, saveDraft } from './saveDraft.ts';
import { keyOf, readTyped, type Typed, useTyped, type Values, writeTyped } from './typed.ts';

/** What the person has typed into a task that is not theirs now, and how to forget it. */
export function useLeftover(
  task: Task,
): (Pick<Typed, 'values' | 'base' | 'isSaved'> & { forget: () => void }) | undefined {
  const { personId } = useSession();
  const key = keyOf(task.id, personId ?? '');
  const typed = useTyped(key);
  // Not what they have just sent themselves.
  const isSent = task.state === 'done' && task.closedBy === personId;
  if (!typed || isSent || !hasAnswers(typed.values)) return undefined;
  return { ...typed, forget: () => writeTyped(key, undefined) };
}

const hasAnswers = (values: Values) => Object.values(values).some((value) => value !== '' && value !== false);

const typingMs = 700;

/**
 * The answers while they are typed. The tab keeps them at once, through reloads and navigation; the service keeps those of a task
 * that spans days, also through the end of the session and for whoever takes the task over.
 */
export function useDraft(task: Task) {
  const { personId } = useSession();
  const queries = useQueryClient();
  const taskId = task.id;
  const key = keyOf(taskId, personId ?? '');
  const onServer = task.content.spansDays === true;
  const draft = draftOf(task, useTyped(key));
  const { values, base, isSaved, aside } = draft;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the time begins again with what is typed
  useEffect(() => {
    if (!onServer || isSaved) return;
    const timer = setTimeout(saveDraft, typingMs, { queries, taskId, personId, key });
    return () => clearTimeout(timer);
  }, [onServer, isSaved, values, queries, taskId, personId, key]);

  // Who leaves the task, or the tab, does not wait.
  useEffect(() => {
    if (!onServer) return;
    const save = () => void saveDraft({ queries, taskId, personId, key });
    const look = () => {
      if (document.hidden) save();
    };
    document.addEventListener('visibilitychange', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      save();
    };
  }, [onServer, queries, taskId, personId, key]);

  const change = (name: string, value: Value) => {
    const typed = readTyped(key);
    const before = draftOf(task, typed);
    const { sent, problem } = typed ?? {};
    writeTyped(key, { ...before, values: { ...before.values, [name]: value }, isSaved: false, sent, problem });
  };
  return {
    ...draft,
    onServer,
    by: task.draft?.at === base ? task.draft?.by : personId,
    change,
    clear: () => writeTyped(key, undefined),
    forgetAside: () => writeTyped(key, { ...draft, aside: undefined }),
    aside: aside && hasAnswers(aside) ? aside : undefined,
  };
}

/** What the tab has, unless somebody has saved a newer draft; then that, and beside it what they do not have. */
function draftOf({ draft }: Task, typed: Typed | undefined): Typed {
  if (!typed) return { values: draft?.answers ?? {}, base: draft?.at ?? null, isSaved: true };
  if (!draft || !isOutdated(typed, draft)) return typed;
  return { values: draft.answers, base: draft.at, isSaved: true, aside: typed.isSaved ? typed.aside : typed.values };
}
