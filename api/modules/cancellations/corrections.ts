import { correctCancellationSteps } from '../../../db/queries/cancellations/corrections.ts';
import { reinstateWorkflowId } from '../../../domain/cancellations/cancellations.ts';
import type { ProcessOfCorrections } from '../shared/processParts.ts';

export const cancellationCorrections: ProcessOfCorrections = {
  correctSteps: correctCancellationSteps,
  // While a person reinstates what the task's workflow had ended, that one has its steps.
  laterWorkflows: ({ integration, account }) =>
    integration && account ? [reinstateWorkflowId(integration, account)] : [],
};
