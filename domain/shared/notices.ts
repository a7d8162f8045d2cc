import { isForLater } from './followUp.ts';
import type { NoticeTopic } from './noticeTexts.ts';
import type { Process } from './processes.ts';
import { openTaskStates, type TaskState } from './tasks.ts';

/** What our own people are told by mail, each by a workflow of its own; the key makes it one, however often it is told. */
export type Notice =
  | {
      about: 'task';
      key: string;
      taskId: string;
      topic: NoticeTopic;
      /** Whom it concerns, when that is one person: who has got the task, or lost it. */
      person?: string;
      /** Of a reminder, or where the task was put off: the task's follow-up date at that time, ISO 8601. */
      followUpAt?: string | null;
      /** Who has done it themselves. */
      notTo?: string;
    }
  | { about: 'no-answer'; key: string; process: Process; system: string; days: number }
  | { about: 'account'; key: string; process: Process; account: string; message: string }
  | {
      /** Of a workflow that was stopped in Temporal, needs its team lead, or has ended without success. */
      about: 'stopped' | 'escalated' | 'ended';
      key: string;
      process: Process;
      /** What it is, such as `CDK of dealer D-1001`. */
      title: string;
      /** What happened, and what to do. */
      text: string;
    };

/** Whom a change of a task concerns: the person who has got or lost it, or all whom the topic concerns. */
export interface TaskNotice {
  topic: NoticeTopic;
  person?: string;
  followUpAt?: string | null;
  notTo?: string;
}

/**
 * Who must hear of a change: who has lost the task, who has got it, or the leads. Nobody is told of what they did themselves.
 * @param by who has made the change
 * @param before whose it was before
 */
export function noticesOfChange(
  { state, assignee }: { state: TaskState; assignee: string | null },
  { by, before }: { by: string; before: string | null },
): TaskNotice[] {
  if (state === 'escalated') return [{ topic: 'escalated' }];
  if (state === 'closed') return assignee ? [{ topic: 'closed', person: assignee }] : [];
  if (state === 'not_completed')
    return assignee && assignee !== by ? [{ topic: 'not-completed', person: assignee }] : [];
  if (state !== 'open') return [];
  const notices: TaskNotice[] = [];
  if (before && before !== by && before !== assignee) notices.push({ topic: 'reassigned', person: before });
  if (assignee && assignee !== by) notices.push({ topic: 'assigned', person: assignee });
  return notices;
}

/** Who escalated a task hears when it comes back to them. @param by the team lead, who may have escalated it too */
export function noticesOfReturn(assignee: string | null, by: string): TaskNotice[] {
  return assignee && assignee !== by ? [{ topic: 'returned', person: assignee }] : [];
}

/**
 * The team lead hears each time somebody else puts off a late task: a task can be put off again and again, and nobody is
 * reminded of it meanwhile.
 * @param task its due date, ISO 8601; unknown while it is being opened
 * @param by who puts it off
 */
export function noticesOfPutOff(
  { dueAt, followUpAt }: { dueAt?: string; followUpAt: string | null },
  by: string,
  now: Date,
): TaskNotice[] {
  const isLate = dueAt !== undefined && Date.parse(dueAt) < now.getTime();
  return followUpAt !== null && isLate ? [{ topic: 'put-off', followUpAt, notTo: by }] : [];
}

/**
 * Whether what a notice says of a task is still so, asked right before its mail leaves.
 * @param task as it is now; undefined when it is gone
 */
export function isStillTrue(
  { topic, person, followUpAt = null }: TaskNotice,
  task: { state: TaskState; assignee: string | null; dueAt: Date; followUpAt: Date | null } | undefined,
  now: Date,
): boolean {
  if (!task) return false;
  const { state, assignee, dueAt } = task;
  const sameFollowUp = (task.followUpAt?.toISOString() ?? null) === followUpAt;
  const putOffSince = !sameFollowUp && isForLater(task, now);
  switch (topic) {
    case 'assigned':
    case 'returned':
      return state === 'open' && assignee === person;
    case 'commented':
    case 'process-commented':
      return openTaskStates.includes(state) && assignee === person;
    case 'reassigned':
      return openTaskStates.includes(state) && assignee !== person;
    case 'due-soon':
      return (state === 'open' || state === 'claimed') && now < dueAt && !putOffSince;
    case 'late':
      return (state === 'open' || state === 'claimed') && !putOffSince;
    case 'follow-up':
      return (state === 'open' || state === 'claimed') && sameFollowUp;
    // An administrator can put off an escalated task too.
    case 'put-off':
      return openTaskStates.includes(state) && sameFollowUp;
    case 'overdue':
      return openTaskStates.includes(state) && !putOffSince;
    case 'escalated':
    case 'still-escalated':
      return state === 'escalated';
    case 'not-completed':
      return state === 'not_completed';
    case 'closed':
    case 'stopped':
      return state === 'closed';
  }
}
