import type { Gate } from '../../domain/cancellations/gate.ts';
import { lookDaily } from '../shared/notBefore.ts';
import type { CancellationContext } from './context.ts';
import { parentStatusOf, statusOf } from './gate.ts';

/** What a task's guard needs to stay as it is: a gate that is open, or a status that is not understood. */
export interface Guarded {
  account: string;
  holds: { gate: 'open' } | { unclearStatus: string };
  /** When to look first, ISO 8601; then daily. */
  from: string;
}

export function guardActivities(context: CancellationContext) {
  return {
    /**
     * Waits until a task's guard does not hold any more; while it does, the activity is tried again daily, without an event.
     * @returns the gate as it is then
     * @throws the failures of `Cst`, `AccountUnknown` and `AccountUnusable`, to be tried again
     */
    guardBroken({ account, holds, from }: Guarded): Promise<Gate> {
      return lookDaily<Gate>(async () => {
        const gate = await parentStatusOf(context, account);
        const isHeld =
          'gate' in holds
            ? gate.answer === 'open'
            : gate.answer === 'not-understood' && gate.status === holds.unclearStatus;
        return isHeld ? { still: statusOf(gate) } : { found: gate };
      }, from);
    },
  };
}
