import type { WithoutArguments } from '../shared/messages.ts';
import type { IntegrationName } from '../shared/vendors.ts';
import type { CancellationRequest, IntegrationProgress } from './cancellations.ts';

/** The messages that the cancellations' workflows take, by the names under which they are sent. */

/** What `cancelDealer`, the workflow of one dealer, is started with: the first request, or nothing where a signal follows. */
export interface DealerStart {
  account: string;
  request?: CancellationRequest;
}

/** Signals of `cancelDealer`, the workflow of one dealer; each is safe to send twice. */
export interface DealerSignals {
  request: CancellationRequest;
  withdraw: Withdrawal;
  /** The tables hold an open cancellation or a request of the dealer that its workflow may not know: look there. */
  adoptOpen: undefined;
}

/** From an integration's workflow, right before it returns, to its dealer's workflow. */
export interface IntegrationEnd {
  /** Of the integration's workflow: which one it was of those with the same workflow ID. */
  firstRunId: string;
  cancellationId: string;
  progress: IntegrationProgress;
}

/** The customer stays: what has not begun is not done, what was ended is to be reinstated. */
export interface Withdrawal {
  requestId: string;
  cancellationId: string;
  /** Only these; all when absent. */
  integrations?: IntegrationName[];
  reason: string;
  by: string;
}

/** A withdrawal, and when the dealer's workflow took it (ISO 8601). */
export type TakenWithdrawal = Withdrawal & { at: string };

/** To an integration's workflow, which ignores one of another cancellation. */
export type IntegrationWithdrawal = Pick<Withdrawal, 'cancellationId' | 'reason' | 'by'>;

export const cancellationsWithoutArguments: WithoutArguments = {
  signals: ['adoptOpen', 'saveAgain', 'resend'],
  starts: ['removeFromVinEventStream'],
};
