import type { TaskViewName } from '../../../../domain/shared/taskLists.ts';
import type { Overview, Session } from '../../app/api.ts';

/** The lists in the order in which a person needs them: a team lead's inbox is first. */
export function viewsOf({ personId, leadOf }: Pick<Session, 'personId' | 'leadOf'>): TaskViewName[] {
  const others: TaskViewName[] = ['unclaimed', 'team', 'late', 'later'];
  const own: TaskViewName[] = personId === null ? [] : ['mine'];
  return leadOf ? ['escalated', ...own, ...others] : [...own, 'unclaimed', 'team', 'escalated', 'late', 'later'];
}

/** The one that opens when the address names none: the first in which somebody is needed. */
export function firstView(session: Pick<Session, 'personId' | 'leadOf'>, counts?: Overview['tasks']): TaskViewName {
  if (session.personId === null) return 'team';
  const inOrder: TaskViewName[] = [...(session.leadOf ? (['escalated'] as const) : []), 'mine', 'unclaimed'];
  return inOrder.find((view) => counts?.[view]) ?? inOrder[0]!;
}

/** What an empty list means. */
export const emptyViews: Record<TaskViewName, string> = {
  mine: 'Nothing is assigned to you now.',
  unclaimed: 'Every task of your teams has somebody who does it.',
  team: 'Your teams have no open tasks.',
  escalated: 'Nothing waits for a team lead’s decision.',
  late: 'No task is late.',
  later: 'No task was put off to a later date.',
};
