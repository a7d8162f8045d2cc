import type { StepName } from '../../domain/cancellations/catalog.ts';
import { reasonOf } from '../shared/failures.ts';
import type { Run } from '../shared/runs.ts';
import { eventServiceCalls } from './activities.ts';
import type { IntegrationChecklist } from './progress.ts';

/**
 * Restores the events that VinSolutions' event service has switched off, or perhaps has; what CST or a person has ended, a
 * person reinstates.
 * @returns what shows that they were restored, or why a person must do it; nothing where the service has switched off none
 */
export async function restoreEvents({
  progress,
  run,
}: {
  progress: IntegrationChecklist;
  run: Run<StepName>;
}): Promise<{ evidence?: string; reason?: string }> {
  const { before, state, by } = progress.steps.find((one) => one.step === 'vin-event-stream') ?? {};
  const isByService = state !== 'done' || by === 'vinsolutions_events';
  if (!before || !isByService) return {};
  const { of: dealerId, values: events } = before;
  try {
    return await run.during(async () => {
      if (state !== 'done') {
        const { status, evidence } = await eventServiceCalls.eventsOfDealer.executeWithOptions(
          { summary: 'Whether the events of the dealer were switched off' },
          [{ dealerId }],
        );
        // Nothing was restored, and a change whose answer is missing may still be carried out.
        if (status === 'active') return { reason: `${evidence}, but the change to inactive may still be carried out` };
      }
      return eventServiceCalls.switchEvents.executeWithOptions(
        { summary: 'Restore the events of the dealer, and read it back' },
        [{ dealerId, to: 'active', events }],
      );
    });
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    return { reason };
  }
}
