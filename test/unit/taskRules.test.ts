import { describe, expect, it } from 'vitest';
import { type TaskAction, taskRules } from '../../domain/shared/taskRules.ts';
import { taskStates } from '../../domain/shared/tasks.ts';

const actions = Object.keys(taskRules) as TaskAction[];
/** What `by` may do, in words such as `claimTask`; what is refused is left out. */
const allowed = (task: Parameters<typeof taskRules.claimTask>[0], by: string, teamLead = false) =>
  actions.filter((action) => !taskRules[action](task, { by, teamLead }));

describe('who may do what with a task', () => {
  it.each([
    ['open to all', 'open', null, ['claimTask', 'assignTask', 'escalate', 'closeNotCompleted']],
    ['assigned to them', 'open', 'olivia', ['claimTask', 'assignTask', 'releaseTask', 'escalate', 'closeNotCompleted']],
    ['assigned to another', 'open', 'oscar', ['closeNotCompleted']],
    ['claimed by them', 'claimed', 'olivia', ['claimTask', 'assignTask', 'releaseTask', 'completeTask', 'escalate']],
    ['claimed by another', 'claimed', 'oscar', []],
    ['escalated by them', 'escalated', 'olivia', ['returnToTeam', 'closeNotCompleted']],
    ['done', 'done', 'olivia', []],
  ] as const)('a task that is %s', (_what, state, assignee, can) => {
    // Sending back and ending as not done are the API's to allow to leads only.
    expect(allowed({ state, assignee }, 'olivia')).toEqual(can);
  });

  it("a team lead may assign every open task but do nothing else with another person's", () => {
    for (const state of taskStates) {
      const may = allowed({ state, assignee: 'oscar' }, 'lena', true);
      expect(may.includes('assignTask'), state).toBe(['open', 'claimed', 'escalated'].includes(state));
      expect(may).not.toContain('claimTask');
    }
  });

  it('a rejection names the assignee and what to do', () => {
    expect(taskRules.claimTask({ state: 'open', assignee: 'oscar' }, { by: 'olivia' })).toEqual({
      type: 'assigned_to_another',
      message: 'The task is assigned to oscar: ask them to release it, or a team lead to assign it to you.',
    });
  });
});
