import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/common';
import { taskQueue } from '../shared/taskQueues.ts';
import { onboardingTitle, onboardingWorkflowId } from './onboarding.ts';
import type { OnboardFeedStart } from './onboardingMessages.ts';
import { feedSearchAttributes } from './searchAttributes.ts';

/** How `onboardFeed` is started: one at a time per dealer and DMS. */
export function onboardingWorkflow(start: OnboardFeedStart) {
  return {
    workflowId: onboardingWorkflowId(start),
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    taskQueue,
    args: [start] satisfies [OnboardFeedStart],
    typedSearchAttributes: feedSearchAttributes({ ...start, stage: 'in_progress', waitingOn: 'nobody' }),
    staticSummary: onboardingTitle(start),
  };
}
