import { ApplicationFailure, defineUpdate } from '@temporalio/workflow';
import type { TaskRefusal, TaskRefusalDetails, TaskUpdates } from '../../domain/shared/messages.ts';

/** The Updates of people's tasks. */
export const updates = {
  claim: defineUpdate<void, [TaskUpdates['claimTask']]>('claimTask'),
  assign: defineUpdate<void, [TaskUpdates['assignTask']]>('assignTask'),
  release: defineUpdate<void, [TaskUpdates['releaseTask']]>('releaseTask'),
  complete: defineUpdate<void, [TaskUpdates['completeTask']]>('completeTask'),
  escalate: defineUpdate<void, [TaskUpdates['escalate']]>('escalate'),
  returnToTeam: defineUpdate<void, [TaskUpdates['returnToTeam']]>('returnToTeam'),
  closeNotCompleted: defineUpdate<void, [TaskUpdates['closeNotCompleted']]>('closeNotCompleted'),
  prioritize: defineUpdate<void, [TaskUpdates['prioritizeTask']]>('prioritizeTask'),
  followUp: defineUpdate<void, [TaskUpdates['followUpTask']]>('followUpTask'),
  correct: defineUpdate<void, [TaskUpdates['correctTask']]>('correctTask'),
  refresh: defineUpdate<void, [TaskUpdates['refreshTask']]>('refreshTask'),
};

/** Refuses an Update, so that nothing of it enters the history. */
export function refuse(type: TaskRefusal, message: string, details: TaskRefusalDetails = {}): never {
  throw ApplicationFailure.nonRetryable(message, type, details);
}

/** Refuses a message that comes too late, such as after an outage. */
export function assertInTime({ expiresAt }: { expiresAt: string }): void {
  if (Date.now() <= Date.parse(expiresAt)) return;
  refuse('expired', `This request expired at ${expiresAt} and was not carried out: look at the task and try again.`);
}
