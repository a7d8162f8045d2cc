import { ApplicationFailure } from '@temporalio/common';
import type { OutsideSystem } from './http.ts';

/** Hears how each call of an outside system ended. */
export interface SystemWatch {
  answered(system: OutsideSystem): void;
  /** It cannot be used now. @param reason the failure's message */
  failed(system: OutsideSystem, reason: string): void;
}

/** Ends of failures' types that say that the system cannot be used now, whatever it was asked. */
const outages = /(Unavailable|TimedOut|InvalidResponse|Refused|Unauthorized|Forbidden|RateLimited|NotInPlan)$/;

/** The same connector, each of whose calls is heard of. */
export function watched<Connector extends object>(
  connector: Connector,
  system: OutsideSystem,
  watch: SystemWatch,
): Connector {
  const ended = (error?: unknown) => {
    const failure = error instanceof ApplicationFailure ? error : undefined;
    const type = failure?.type ?? '';
    if (failure && type.startsWith(system.failurePrefix) && outages.test(type)) watch.failed(system, failure.message);
    // Such as an account's record that is wrong: the system itself works.
    else if (failure || error === undefined) watch.answered(system);
  };
  return new Proxy(connector, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        const answer = value.apply(target, args);
        if (answer instanceof Promise) answer.then(() => ended(), ended);
        return answer;
      };
    },
  });
}
