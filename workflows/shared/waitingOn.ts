import type { TaskFacts } from '../../domain/shared/tasks.ts';
import type { Task, TasksOf } from './taskRecord.ts';

/** Whom a task waits for: a person's ID, the team that may claim it, or `team_lead`. */
export function waitingOn<Facts extends TaskFacts>(
  { state, assignee, facts }: Task<Facts>,
  { catalog }: TasksOf<Facts>,
): string {
  if (state === 'escalated') return 'team_lead';
  return assignee ?? catalog[facts.kind as Facts['kind']].team;
}
