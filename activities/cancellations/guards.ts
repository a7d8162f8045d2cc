import type { Gate } from '../../domain/cancellations/gate.ts';
import type { Context } from '../shared/context.ts';
import { notBefore, temporalTime } from '../shared/notBefore.ts';
import { parentStatusOf } from './gate.ts';

const dayMs = 24 * 3_600_000;

/** What a task's guard needs to stay as it is: a gate that is open, or a status that is not understood. */
export interface Guarded {
  account: string;
  holds: { gate: 'open' } | { unclearStatus: string };
  /** When to look first, ISO 8601; then daily. */
  from: string;
}

export function guardActivities(context: Context) {
  return {
    /**
     * Waits until a task's guard does not hold any more; while it does, the activity is tried again daily, without an event.
     * @returns the gate as it is then
     * @throws the failures of `Cst`, `AccountUnknown` and `AccountUnusable`, to be tried again
     */
    async guardBroken({ account, holds, from }: Guarded): Promise<Gate> {
      const now = temporalTime();
      if (now < new Date(from)) throw notBefore(new Date(from), 'The account is looked at again');
      const gate = await parentStatusOf(context, account);
      const still =
        'gate' in holds
          ? gate.answer === 'open'
          : gate.answer === 'not-understood' && gate.status === holds.unclearStatus;
      if (still) throw notBefore(new Date(now.getTime() + dayMs), 'The account is looked at again');
      return gate;
    },
  };
}
