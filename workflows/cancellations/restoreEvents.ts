import { reasonOf } from '../shared/failures.ts';
import { eventServiceCalls } from './activities.ts';
import type { IntegrationChecklist } from './progress.ts';
import type { Run } from './runs.ts';

/**
 * Restores the events that were switched off, or perhaps were.
 * @returns what shows it, or why a person must do it; nothing where no events were switched off
 */
export async function restoreEvents({
  progress,
  run,
}: {
  progress: IntegrationChecklist;
  run: Run;
}): Promise<{ evidence?: string; reason?: string }> {
  const { before } = progress.steps.find((one) => one.step === 'vin-event-stream') ?? {};
  if (!before) return {};
  try {
    return await run.during(() =>
      eventServiceCalls.switchEvents.executeWithOptions(
        { summary: 'Restore the events of the dealer, and read it back' },
        [{ dealerId: before.of, to: 'active', events: before.values }],
      ),
    );
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    return { reason };
  }
}
