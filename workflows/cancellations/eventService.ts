import { CancelledFailure } from '@temporalio/workflow';
import { reasonOf, wasCanceled } from '../shared/failures.ts';
import { eventServiceCalls } from './activities.ts';
import type { Steps } from './steps.ts';

const step = 'vin-event-stream';

/**
 * VinSolutions, part 1, by its event service: the list of events is read and kept, then switched off and read back.
 * @returns false when the service did not do it: then it is CST's or a person's
 */
export async function endEvents(steps: Steps, dealerId: string): Promise<boolean> {
  const { evidence } = await steps.run.once(step, () => steps.run.during(() => switchOff(steps, dealerId)));
  if (evidence !== undefined) steps.procedure.done(step, 'vinsolutions_events', evidence);
  return evidence !== undefined;
}

async function switchOff(steps: Steps, dealerId: string): Promise<{ evidence?: string }> {
  const { progress } = steps;
  let mayBeDone = false;
  progress.begin(step, 'vinsolutions_events');
  try {
    const before = await eventServiceCalls.eventsOfDealer.executeWithOptions(
      { summary: 'Which events VinSolutions sends of the dealer' },
      [{ dealerId }],
    );
    if (before.status === 'inactive') return { evidence: `${before.evidence}; it was so before` };
    progress.step(step).before = { of: dealerId, values: before.events };
    mayBeDone = true;
    return await eventServiceCalls.switchEvents.executeWithOptions(
      { summary: 'End the events of the dealer, and read it back' },
      [{ dealerId, to: 'inactive', events: before.events }],
    );
  } catch (error) {
    if (mayBeDone) progress.mayBeDone(step, true);
    if (wasCanceled(error)) throw new CancelledFailure('withdrawn');
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    // From now on CST or a person acts: what they change, the service's list of before does not undo.
    const { before } = progress.step(step);
    progress.step(step).before = undefined;
    const events = before ? `; VinSolutions sent these events before: ${before.values.join(', ')}` : '';
    progress.note(step, 'vinsolutions_events', "VinSolutions' event service could not end it", `${reason}${events}`);
    return {};
  }
}
