import type { TaskViewName } from '../../../../domain/shared/taskLists.ts';
import type { Session } from '../../app/api.ts';

/** The lists in the order in which a person needs them: a team lead's inbox is first. */
export function viewsOf({ personId, leadOf }: Pick<Session, 'personId' | 'leadOf'>): TaskViewName[] {
  const others: TaskViewName[] = ['unclaimed', 'team', 'late', 'later'];
  const own: TaskViewName[] = personId === null ? [] : ['mine'];
  return leadOf ? ['escalated', ...own, ...others] : [...own, 'unclaimed', 'team', 'escalated', 'late', 'later'];
}

/** The one that opens when the address names none. */
export function firstView(session: Pick<Session, 'personId' | 'leadOf'>): TaskViewName {
  return session.personId === null ? 'team' : viewsOf(session)[0]!;
}

export const viewTitles: Record<TaskViewName, string> = {
  mine: 'Mine',
  unclaimed: 'Unclaimed',
  team: 'Team',
  escalated: 'Escalated',
  late: 'Late',
  later: 'Later',
};

/** What an empty list means. */
export const emptyViews: Record<TaskViewName, string> = {
  mine: 'Nothing is assigned to you now: take a task from “Unclaimed”.',
  unclaimed: 'Every task of your teams has somebody who does it.',
  team: 'Your teams have no open tasks.',
  escalated: 'Nothing waits for a team lead’s decision.',
  late: 'No task is late.',
  later: 'No task was put off to a later date.',
};
