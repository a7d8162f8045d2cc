import { type IntegrationName, procedureSteps, type StepName, stepTitles } from '../shared/vendors.ts';

/** Words and messages of the process `cancellations` (spec: cancellations.md), shared by the API, the workflows and the tables. */

export const whenActiveValues = ['block', 'wait'] as const;
export type WhenActive = (typeof whenActiveValues)[number];
export const reasons = ['subscription_canceled', 'vendor_change'] as const;
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

/** `ended`: done with the vendor; `blocked`: by the gate; `not_completed`: a team lead closed a step without completing it; `withdrawn`: the customer stays. */
export const integrationStates = ['in_progress', 'waiting', 'ended', 'blocked', 'not_completed', 'withdrawn'] as const;
export type IntegrationState = (typeof integrationStates)[number];
/** Of integrations that have not come to an end. */
export const openIntegrationStates: readonly IntegrationState[] = ['in_progress', 'waiting'];
export const stepStates = ['next', 'running', 'waiting', 'done', 'blocked', 'not_completed', 'withdrawn'] as const;
type StepState = (typeof stepStates)[number];
/** Of steps that have not come to an end. */
export const openStepStates: readonly StepState[] = ['next', 'running', 'waiting'];

/** Systems that a step waits for, by the code of the search attribute, with their names for people. */
export const systemTitles = {
  cst: 'CST',
  salesforce: 'Salesforce and CST',
  mail_server: 'the mail server',
  vin_event_stream: 'the next run in CST',
} as const;
export type System = keyof typeof systemTitles;
/** Whom or what a step waits for, as the search attribute says it: a person is not named there. */
export type WaitingOn = System | 'ops' | 'lead' | 'person' | 'account_status';

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
  evidence?: string;
  /** For people: a person's ID, or a title. */
  waitingOn?: string;
  waitingOnCode?: WaitingOn;
  waitingSince?: string;
  taskId?: string;
  /** Nobody can say whether it happened at the vendor. */
  mayBeDone?: boolean;
}

/** The steps of an integration's procedure, before the first of them. */
export function stepsAhead(integration: IntegrationName): StepProgress[] {
  return procedureSteps[integration].map((step) => ({ step, title: stepTitles[step], state: 'next' }));
}

/** Where the cancellation of one integration stands. */
export interface IntegrationProgress {
  integration: IntegrationName;
  state: IntegrationState;
  /** Why it was refused or not done. */
  reason?: string;
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
