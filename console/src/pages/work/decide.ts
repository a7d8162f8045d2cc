import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { isOfTeam } from '../../../../domain/shared/taskRules.ts';
import type { Task } from '../../app/api.ts';
import type { useSession } from '../../app/session.tsx';

/** One decision about a task: sends it, says that it was taken, and shows the task as it is then. */
export function useDecision(id: string, said: string, send: () => Promise<unknown>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSuccess: () => notifications.show({ message: said, color: 'green' }),
    // Also after a refusal: the task is not as this page showed it.
    onSettled: () =>
      queries.invalidateQueries({ predicate: ({ queryKey: [name, which] }) => name === 'tasks' || which === id }),
  });
}

export const pathOf = (task: Task) => ({ params: { path: { id: task.id } } });

/** Whether who is signed in may change this task. */
export function mayWorkOn(session: ReturnType<typeof useSession>, { team }: Task): boolean {
  const mayWrite = session.scopes.includes('tasks:write') || session.scopes.includes('admin');
  return mayWrite && isOfTeam(session, team);
}
