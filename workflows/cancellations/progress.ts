import {
  type IntegrationEnd,
  type IntegrationProgress,
  stepsAhead,
  type WaitingOn,
} from '../../domain/cancellations/cancellations.ts';
import { type StepName, stepCatalog } from '../../domain/cancellations/catalog.ts';
import { cancellationSearchAttributes } from '../../domain/cancellations/searchAttributes.ts';
import { systemTitles } from '../../domain/cancellations/systems.ts';
import { type IntegrationName, vendorTitle } from '../../domain/shared/vendors.ts';
import { Checklist } from '../shared/checklist.ts';
import { records } from './activities.ts';
import { reportLostRecord } from './integrationEnds.ts';

export type IntegrationChecklist = Checklist<StepName, WaitingOn, IntegrationEnd>;

/** The checklist of one integration's cancellation, from the beginning or from where it stood. */
export function integrationChecklist({
  cancellationId,
  account,
  integration,
  progress = { integration, state: 'in_progress', steps: stepsAhead(integration) },
}: {
  cancellationId: string;
  account: string;
  integration: IntegrationName;
  progress?: IntegrationProgress;
}): IntegrationChecklist {
  const title = vendorTitle(integration);
  return new Checklist({
    title,
    heading: `${title}, dealer ${account}`,
    stepCatalog,
    waitingOnTitles: systemTitles,
    from: progress,
    searchAttributes: (of) => cancellationSearchAttributes({ account, vendor: integration, ...of }),
    async save({ version, snapshot, events }, summary) {
      const saved = await records.saveProgress.executeWithOptions({ summary }, [
        { cancellationId, account, version, progress: { integration, ...snapshot }, events },
      ]);
      if (saved?.lost) await reportLostRecord(account);
    },
  });
}
