import type { TaskRefusal, TaskUpdates } from './messages.ts';
import { openTaskStates, type TaskState, type Team } from './tasks.ts';
import { inWords } from './words.ts';

/** Who may do what with a task: the workflow refuses by these rules, and the console shows by them what can be done. */

/** How a task is now. */
interface TaskStanding {
  state: TaskState;
  /** Who has claimed it or, while it is open, to whom it is assigned. */
  assignee: string | null;
  /** As messages name them; by the ID when absent. */
  assigneeName?: string;
}

/** Why something cannot be done now, and what to do instead. */
interface Refused {
  type: TaskRefusal;
  message: string;
}

/** The messages that people send about a task. */
export type TaskAction = Exclude<keyof TaskUpdates, 'refreshTask'>;

interface Said {
  by: string;
  teamLead?: boolean;
}

type Rule = (task: TaskStanding, said: Said) => Refused | undefined;

export const taskRules: Record<TaskAction, Rule> = {
  claimTask: (task, said) => neededState(task, 'open', 'claimed') ?? another(task, said),
  assignTask: arrange('assign it'),
  releaseTask: (task, said) => neededState(task, 'open', 'claimed') ?? nobodys(task) ?? another(task, said),
  completeTask: (task, said) => neededState(task, 'claimed') ?? another(task, said),
  escalate: (task, said) => neededState(task, 'open', 'claimed') ?? another(task, said),
  returnToTeam: (task) => neededState(task, 'escalated'),
  closeNotCompleted: (task) => neededState(task, 'open', 'escalated'),
  correctTask: (task) => neededState(task, 'done'),
  prioritizeTask: arrange('change its priority'),
  followUpTask: arrange('change its follow-up date'),
};

function neededState({ state }: TaskStanding, ...states: readonly TaskState[]): Refused | undefined {
  if (states.includes(state)) return undefined;
  if (state === 'open' && states.includes('claimed'))
    return { type: 'wrong_state', message: 'The task is open: claim it first.' };
  const needed = states.map(inWords).join(' or ');
  return { type: 'wrong_state', message: `The task is ${inWords(state)}; this needs it to be ${needed}.` };
}

/** A task that is claimed, or assigned, is one person's. */
function another({ state, assignee, assigneeName }: TaskStanding, { by, teamLead }: Said): Refused | undefined {
  if (assignee === null || assignee === by) return undefined;
  const has = state === 'claimed' ? 'claimed by' : 'assigned to';
  const todo = teamLead ? 'assign it to yourself first' : 'ask them to release it, or a team lead to assign it to you';
  const message = `The task is ${has} ${assigneeName ?? assignee}: ${todo}.`;
  return { type: state === 'claimed' ? 'claimed_by_another' : 'assigned_to_another', message };
}

function nobodys({ assignee }: TaskStanding): Refused | undefined {
  if (assignee !== null) return undefined;
  return { type: 'wrong_state', message: 'Nobody has this task: there is nothing to release.' };
}

/** Of a task that nobody has every member of its team may do this; else its person or a team lead. */
function arrange(action: string): Rule {
  return (task, { by, teamLead }) =>
    neededState(task, ...openTaskStates) ?? (teamLead ? undefined : teamLeadsOnly(task, by, action));
}

function teamLeadsOnly(task: TaskStanding, by: string, action: string): Refused | undefined {
  if (task.state === 'escalated')
    return { type: 'team_leads_only', message: `This task is escalated: only a team lead may ${action}.` };
  if (!another(task, { by })) return undefined;
  const has = task.state === 'claimed' ? 'claimed by' : 'assigned to';
  const message = `The task is ${has} ${task.assigneeName ?? task.assignee}: only they or a team lead may ${action}.`;
  return { type: 'team_leads_only', message };
}

/** Whether this is a task that the person can work on now: of their team, theirs or nobody's, not put off, and not waiting for another's decision. */
export function isReadyFor(
  { team, followUpAt, ...task }: TaskStanding & { team: Team; followUpAt: string | null },
  member: Member & { personId: string | null },
  now: number,
): boolean {
  const { personId } = member;
  if (!openTaskStates.includes(task.state) || personId === null || !isOfTeam(member, team)) return false;
  if (task.state === 'escalated') return isTeamLead(member, team);
  const isForLater = followUpAt !== null && Date.parse(followUpAt) > now;
  return !isForLater && !another(task, { by: personId });
}

/** Of whom it is asked what they may do. */
interface Member {
  teams: readonly Team[];
  leadOf: Team | null;
  scopes: readonly string[];
}

/** Whether a person does the tasks of a team. An administrator may do all that its team lead may. */
export function isOfTeam(one: Member, team: Team): boolean {
  return one.teams.includes(team) || isTeamLead(one, team);
}

export function isTeamLead({ leadOf, scopes }: Member, team: Team): boolean {
  return leadOf === team || scopes.includes('admin');
}
