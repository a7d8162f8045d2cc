import type { TaskViewName } from '../../../domain/shared/taskLists.ts';

/** What people call each list of tasks, on every page. */
export const viewTitles: Record<TaskViewName, string> = {
  mine: 'Mine',
  unclaimed: 'Unclaimed',
  team: 'Team',
  escalated: 'Escalated',
  late: 'Late',
  later: 'Put off',
};
