/** CDK's termination as Fortellis' list of subscriptions shows it (spec: outside/cancellation-vendors.md, section 2). */

/** One subscription of the dealer's organization; null is what Fortellis does not say, or says in an odd way. */
interface Subscription {
  /** `active`, `inactive`, in lower case. */
  status: string | null;
  /** `YYYY-MM-DD` where it is ended. */
  deactivationDate: string | null;
  /** `test`, `production`, in lower case. */
  environment: string | null;
}

/** `unknown`: neither surely active nor surely ended, such as of an organization that is not listed. */
export type FortellisState = { state: 'active' } | { state: 'terminated'; on: string } | { state: 'unknown' };

/**
 * Terminated only where every production subscription of the organization says so by its status and its date; what is missing
 * or not understood never does, nor does a date to come.
 * @param today `YYYY-MM-DD` in UTC
 */
export function fortellisState(subscriptions: readonly Subscription[], today: string): FortellisState {
  const own = subscriptions.filter(({ environment }) => environment !== 'test');
  if (own.length > 0 && own.every((one) => isTerminated(one, today)))
    return {
      state: 'terminated',
      on: own
        .map((one) => one.deactivationDate!)
        .sort()
        .at(-1)!,
    };
  return { state: own.some(isActive) ? 'active' : 'unknown' };
}

function isActive({ status, deactivationDate, environment }: Subscription): boolean {
  return status === 'active' && deactivationDate === null && environment === 'production';
}

function isTerminated({ status, deactivationDate, environment }: Subscription, today: string): boolean {
  return status === 'inactive' && environment === 'production' && isDate(deactivationDate) && deactivationDate <= today;
}

function isDate(text: string | null): text is string {
  return text !== null && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
}
