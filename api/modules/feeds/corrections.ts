import { correctFeedSteps } from '../../../db/queries/feeds/taskCorrections.ts';
import type { ProcessOfCorrections } from '../shared/processParts.ts';

export const feedCorrections: ProcessOfCorrections = {
  correctSteps: correctFeedSteps,
  laterWorkflows: () => [],
};
