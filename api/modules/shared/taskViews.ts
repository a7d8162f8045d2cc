import { z } from 'zod';
import type { Caller } from '../../../db/queries/keys.ts';
import type { TaskFilter } from '../../../db/queries/tasks.ts';
import { type TaskViewName, taskViews } from '../../../domain/shared/taskLists.ts';
import type { Team } from '../../../domain/shared/tasks.ts';
import { Problem } from '../../server/problems.ts';

/** The lists in which people look for their tasks. */
export const TaskView = z.enum(taskViews).meta({
  id: 'TaskView',
  description:
    '`mine`: the caller’s; `unclaimed`: open and nobody’s; `team`: all; `escalated`; `late`: past the due date; `later`: the follow-up date is still to come. All but `mine` show the tasks of the caller’s teams: those of the key’s person, with the one that they lead. For a key of no person, and for an administrator in no team, these are all teams. Only `later` and `escalated` show tasks whose follow-up date is still to come.',
});

/** @throws Problem 422 when a key of no person asks for its own tasks */
export function filterOfView(view: TaskViewName, caller: Caller): Partial<TaskFilter> {
  const teams = teamsOf(caller);
  switch (view) {
    case 'mine':
      return { assignee: ownId(caller, 'query view'), forLater: false };
    case 'unclaimed':
      return { teams, states: ['open'], unassigned: true, forLater: false };
    case 'team':
      return { teams, forLater: false };
    case 'escalated':
      return { teams, states: ['escalated'] };
    case 'late':
      return { teams, overdue: true, forLater: false };
    case 'later':
      return { teams, forLater: true };
  }
}

/**
 * @param path where the request asks for the caller's own
 * @throws Problem 422 for a key of no person, which nobody takes for an empty list
 */
export function ownId({ personId }: Caller, path: string): string {
  if (personId) return personId;
  const detail = 'This API key belongs to no person, so that no task is its own: use the key of a person.';
  throw new Problem(422, 'not-a-person', detail, {
    errors: [{ path, message: 'asks for the tasks of the key’s person, and the key has none' }],
  });
}

/** Undefined: all. */
function teamsOf({ personId, teams, leadOf, scopes }: Caller): Team[] | undefined {
  const own = leadOf && !teams.includes(leadOf) ? [...teams, leadOf] : teams;
  const seesAll = personId === null || (own.length === 0 && scopes.includes('admin'));
  return seesAll ? undefined : own;
}
