import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { isOfTeam, isTeamLead, type TaskAction, taskRules } from '../../../../domain/shared/taskRules.ts';
import type { Task } from '../../app/api.ts';
import { useSession } from '../../app/session.tsx';
import { useNames } from '../../parts/usePeople.ts';

/**
 * One decision about a task: sends it once, however often it is clicked, says that it was taken, and shows the task as it is then.
 * @param said what the person reads when it was taken
 */
export function useDecision<Answer>(said: string, send: () => Promise<Answer>, onTaken?: (answer: Answer) => void) {
  const queries = useQueryClient();
  const sending = useRef(false);
  const decision = useMutation({
    mutationFn: send,
    onSuccess: (answer) => {
      notifications.show({ message: said, color: 'green' });
      onTaken?.(answer);
    },
    // Also after a refusal: the task is not as this page showed it.
    onSettled: async () => {
      await refreshTasks(queries);
      sending.current = false;
    },
  });
  const decide = () => {
    if (sending.current) return;
    sending.current = true;
    decision.mutate();
  };
  const { error, isPending, submittedAt } = decision;
  return { decide, error, isPending, submittedAt };
}

/** Reads the tasks and what counts them again. */
export function refreshTasks(queries: ReturnType<typeof useQueryClient>): Promise<void> {
  const names: unknown[] = ['task', 'tasks', 'overview'];
  return queries.invalidateQueries({ predicate: ({ queryKey: [name] }) => names.includes(name) });
}

export const pathOf = ({ id }: { id: string }) => ({ params: { path: { id } } });

const ofPeople: TaskAction[] = ['claimTask', 'releaseTask', 'completeTask', 'escalate'];
const ofTeamLeads: TaskAction[] = ['returnToTeam', 'closeNotCompleted', 'correctTask'];

/** Why who is signed in may change no task of this team. */
function useOutsider(team: Task['team']): string | undefined {
  const session = useSession();
  const { scopes } = session;
  if (!scopes.includes('tasks:write') && !scopes.includes('admin')) return 'Your API key may only read tasks.';
  return isOfTeam(session, team) ? undefined : `Only the team ${team} may work on it.`;
}

/** What is missing before who is signed in may do something with the task now; undefined when nothing is. */
export function useMissing(
  task: Pick<Task, 'team' | 'state' | 'assignee'>,
): (action: TaskAction) => string | undefined {
  const session = useSession();
  const nameOf = useNames();
  const { personId } = session;
  const { team, state, assignee } = task;
  const teamLead = isTeamLead(session, team);
  const outsider = useOutsider(team);
  return (action) => {
    if (outsider) return outsider;
    if (ofPeople.includes(action) && !personId) return 'Tasks are done by people: sign in with the key of a person.';
    if (ofTeamLeads.includes(action) && !teamLead) return `Only the team lead of ${team} may do this.`;
    const standing = { state, assignee, assigneeName: assignee === null ? undefined : nameOf(assignee) };
    return taskRules[action](standing, { by: personId ?? '', teamLead })?.message;
  };
}
