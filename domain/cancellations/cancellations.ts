import { type ChecklistSnapshot, type ChecklistStep, openStates } from '../shared/checklist.ts';
import type { IntegrationName } from '../shared/vendors.ts';
import { type StepName, stepCatalog, stepsOf } from './catalog.ts';
import type { System } from './systems.ts';

/** Words and messages of the process `cancellations` (spec: cancellations.md), shared by the API, the workflows and the tables. */

export const whenActiveValues = ['block', 'wait'] as const;
export type WhenActive = (typeof whenActiveValues)[number];
export const reasons = ['subscription_canceled', 'vendor_change'] as const;
export type Reason = (typeof reasons)[number];

/** What the dealer's workflow is asked to end; sent with every request, the first and those that join. */
export interface CancellationRequest {
  /** Made by the API once per Idempotency-Key: the same request twice is one. */
  requestId: string;
  /** The dealer's cancellation that the request began or joined. */
  cancellationId: string;
  reason: Reason;
  integrations: IntegrationName[];
  /** The dealer's IDs at the vendors when it was asked for: CST may lose them when the vendor changes. */
  dealerIds?: Partial<Record<IntegrationName, string>>;
  whenActive: WhenActive;
  /** Who asked: the API key's owner. */
  by: string;
}

/** What one integration has from the request for which it is ended. */
export interface RequestedIntegration {
  requestId: string;
  whenActive: WhenActive;
  /** At the vendor, when it was requested. */
  dealerId?: string;
  reason: Reason;
  /** Who asked. */
  by: string;
  /** When the dealer's workflow took the request, ISO 8601. */
  requestedAt: string;
}

/** `ended`: done with the vendor; `blocked`: by the gate; `not_completed`: a team lead closed a step without completing it; `withdrawn`: the customer stays. */
const integrationEnds = ['ended', 'blocked', 'not_completed', 'withdrawn'] as const;
export type IntegrationEnd = (typeof integrationEnds)[number];
export const integrationStates = [...openStates, ...integrationEnds] as const;
export type IntegrationState = (typeof integrationStates)[number];
/** Of integrations that have not ended. */
export const openIntegrationStates: readonly IntegrationState[] = openStates;
/** What a step waits for beside people, as the search attribute says it. */
export type WaitingOn = System | 'account_status';

/** One step of one integration. */
export type StepProgress = ChecklistStep<StepName, WaitingOn>;

/** The steps of an integration's procedure, before the first of them. */
export function stepsAhead(integration: IntegrationName): StepProgress[] {
  return stepsOf(integration).map((step) => ({ step, title: stepCatalog[step].title, state: 'next' }));
}

/** Where the cancellation of one integration stands; `reason`: why it was blocked or not completed. */
export type IntegrationProgress = { integration: IntegrationName } & ChecklistSnapshot<
  StepName,
  WaitingOn,
  IntegrationEnd
>;

/** Workflow ID of a dealer's cancellation. */
export function cancellationWorkflowId(account: string): string {
  return `cancellation/${account}`;
}

/** Workflow ID of the cancellation of one integration, such as `cancellation/crm/vinsolutions/D-1001`. */
export function integrationWorkflowId(integration: IntegrationName, account: string): string {
  return `cancellation/${integration}/${account}`;
}

/** Workflow ID of the task to reinstate an integration that was ended. */
export function reinstateWorkflowId(integration: IntegrationName, account: string): string {
  return `${integrationWorkflowId(integration, account)}/reinstate`;
}

/** Workflow ID of the one workflow that may run "Remove from Vin Event Stream". */
export const vinEventStreamWorkflowId = 'cancellation/vin-event-stream';
