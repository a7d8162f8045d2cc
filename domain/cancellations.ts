import type { IntegrationName, StepName } from './vendors.ts';

/** Words and messages of the process `cancellations` (spec: cancellations.md), shared by the API, the workflows and the tables. */

export const whenActiveValues = ['refuse', 'wait'] as const;
export type WhenActive = (typeof whenActiveValues)[number];
export const reasons = ['subscription_cancelled', 'vendor_change'] as const;
export type Reason = (typeof reasons)[number];

/** What the dealer's workflow is asked to end; sent with every request, the first and those that join. */
export interface CancellationRequest {
  /** Made by the API once per Idempotency-Key: the same request twice is one. */
  requestId: string;
  reason: Reason;
  integrations: IntegrationName[];
  /** The dealer's IDs at the vendors when it was asked for: CST may lose them when the vendor changes. */
  dealerIds?: Partial<Record<IntegrationName, string>>;
  whenActive: WhenActive;
  /** Who asked: the API key's owner. */
  by: string;
}

/** `ended`: done with the vendor; `refused`: the gate; `not_done`: a lead ended a step as not done; `withdrawn`: the customer stays. */
export const integrationStates = ['running', 'waiting', 'ended', 'refused', 'not_done', 'withdrawn'] as const;
export type IntegrationState = (typeof integrationStates)[number];
export const stepStates = ['next', 'running', 'waiting', 'done', 'refused', 'not_done', 'withdrawn'] as const;
type StepState = (typeof stepStates)[number];
/** Of steps that have not come to an end. */
export const openStepStates: readonly StepState[] = ['next', 'running', 'waiting'];

/** One step of one integration, with who did it when and the proof. Times are ISO 8601 in UTC. */
export interface StepProgress {
  step: StepName;
  title: string;
  state: StepState;
  startedAt?: string;
  endedAt?: string;
  /** A person's ID, a system such as `cst`, or `dealerops`. */
  by?: string;
  /** What shows that it happened: a ticket number, a run's ID, a mail server's answer. Nothing personal. */
  proof?: string;
  waitingOn?: string;
  waitingSince?: string;
  taskId?: string;
  /** Nobody can say whether it happened at the vendor. */
  mayBeDone?: boolean;
}

/** Where the cancellation of one integration stands. */
export interface IntegrationProgress {
  integration: IntegrationName;
  state: IntegrationState;
  /** Why it was refused or not done. */
  because?: string;
  steps: StepProgress[];
}

/** Workflow ID of a dealer's cancellation. */
export function cancellationWorkflowId(account: string): string {
  return `cancellation/${account}`;
}

/** Workflow ID of the cancellation of one integration, such as `cancellation/crm/vinsolutions/D-1001`. */
export function integrationWorkflowId(integration: IntegrationName, account: string): string {
  return `cancellation/${integration}/${account}`;
}

/** Workflow ID of the one workflow that may run "Remove from Vin Event Stream". */
export const vinEventStreamWorkflowId = 'cancellation/vin-event-stream';
