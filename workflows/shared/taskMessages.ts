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
  refresh: defineUpdate<void, [TaskUpdates['refreshTask']]>('refreshTask'),
};

/** Refuses an Update, so that nothing of it enters the history. */
export function refuse(type: TaskRefusal, message: string, details: TaskRefusalDetails = {}): never {
  throw ApplicationFailure.nonRetryable(message, type, details);
}
