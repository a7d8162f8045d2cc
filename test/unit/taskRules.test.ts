import { describe, expect, it } from 'vitest';
import { type TaskAction, taskRules } from '../../domain/shared/taskRules.ts';
import { taskStates } from '../../domain/shared/tasks.ts';

const actions = Object.keys(taskRules) as TaskAction[];
const arrange = ['prioritizeTask', 'followUpTask'] as const;
/** What `by` may do, in words such as `claimTask`; what is refused is left out. */
const allowed = (task: Parameters<typeof taskRules.claimTask>[0], by: string, teamLead = false) =>
  actions.filter((action) => !taskRules[action](task, { by, teamLead }));

describe('who may do what with a task', () => {
  it.each([
    ['open to all', 'open', null, ['claimTask', 'assignTask', 'escalate', 'closeNotCompleted', ...arrange]],
    [
      'assigned to them',
      'open',
      'olivia',
      ['claimTask', 'assignTask', 'releaseTask', 'escalate', 'closeNotCompleted', ...arrange],
    ],
    ['assigned to another', 'open', 'oscar', ['closeNotCompleted']],
    [
      'claimed by them',
      'claimed',
      'olivia',
      ['claimTask', 'assignTask', 'releaseTask', 'completeTask', 'escalate', ...arrange],
    ],
    ['claimed by another', 'claimed', 'oscar', []],
    ['escalated by them', 'escalated', 'olivia', ['returnToTeam', 'closeNotCompleted']],
    ['done', 'done', 'olivia', ['correctTask']],
  ] as const)('a task that is %s', (_what, state, assignee, can) => {
    // Returning, closing and correcting it are the API's to allow to team leads only.
    expect(allowed({ state, assignee }, 'olivia')).toEqual(can);
  });

  it("a team lead may assign, prioritize and put off every open task but do nothing else with another person's", () => {
    for (const state of taskStates) {
      const may = allowed({ state, assignee: 'oscar' }, 'lena', true);
      for (const action of ['assignTask', ...arrange] as const)
        expect(may.includes(action), `${action} ${state}`).toBe(['open', 'claimed', 'escalated'].includes(state));
      expect(may).not.toContain('claimTask');
    }
  });

  it.each([
    ['escalated', 'olivia', 'This task is escalated: only a team lead may change its follow-up date.'],
    ['claimed', 'oscar', 'The task is claimed by oscar: only they or a team lead may change its follow-up date.'],
    ['open', 'oscar', 'The task is assigned to oscar: only they or a team lead may change its follow-up date.'],
  ] as const)('a rejection says what only a team lead may do with a task that is %s', (state, assignee, message) => {
    const refused = { type: 'team_leads_only', message };
    expect(taskRules.followUpTask({ state, assignee }, { by: 'olivia' })).toEqual(refused);
  });

  it('whoever completes an open task hears that they must claim it first', () => {
    for (const assignee of ['olivia', null])
      expect(taskRules.completeTask({ state: 'open', assignee }, { by: 'olivia' })?.message).toBe(
        'The task is open: claim it first.',
      );
  });

  it('a rejection names the assignee and what to do', () => {
    expect(taskRules.claimTask({ state: 'open', assignee: 'oscar' }, { by: 'olivia' })).toEqual({
      type: 'assigned_to_another',
      message: 'The task is assigned to oscar: ask them to release it, or a team lead to assign it to you.',
    });
  });

  it("a team lead who begins another person's task hears that they must assign it to themselves first", () => {
    for (const action of ['claimTask', 'releaseTask', 'escalate'] as const)
      expect(taskRules[action]({ state: 'open', assignee: 'oscar' }, { by: 'lena', teamLead: true })).toEqual({
        type: 'assigned_to_another',
        message: 'The task is assigned to oscar: assign it to yourself first.',
      });
  });

  it('is said with the name of who has it, where that is known', () => {
    const task = { state: 'claimed' as const, assignee: 'oscar', assigneeName: 'Oscar Ops' };
    expect(taskRules.claimTask(task, { by: 'olivia' })?.message).toMatch(/^The task is claimed by Oscar Ops: ask them/);
    expect(taskRules.prioritizeTask(task, { by: 'olivia' })?.message).toBe(
      'The task is claimed by Oscar Ops: only they or a team lead may change its priority.',
    );
  });
});
