import type { ConnectorName } from '../../shared/connectors.ts';
import { cleanName } from '../../shared/identifiers.ts';
import { cut } from '../../shared/shortLine.ts';
import type { TaskAnswers, TaskEntry, Team } from '../../shared/tasks.ts';
import type { IntegrationKind, IntegrationName } from '../../shared/vendors.ts';
import type { ArrivalCount } from '../dataAfterEnd.ts';
import type { CancellationSettings } from '../settings.ts';
import type { System } from '../systems.ts';
import type { DealerSocketFacts } from './dealerSocketForm.ts';

/** What a vendor's file declares. */

/** What the texts of a cancellation's tasks are made of; `dealerName` and `dealerId` are on one line each. */
export interface TaskTextFacts extends DealerSocketFacts {
  integration: IntegrationName;
  account: string;
  /** "Remove from Vin Event Stream" by a person: all of the run. */
  dealerIds?: string[];
  /** Of these Dealer IDs some were on a list that a person had claimed before it was closed. */
  mayBeRun?: boolean;
  /** Why the task was opened: a mail server's answer, a run's message. */
  reason?: string;
  /** Of `cdk-case`: the dealer's organization at Fortellis, which shows the termination. */
  fortellisOrgId?: string;
  /** Of `data-after-end`: what has arrived so far. */
  arrivals?: ArrivalCount;
  /** Of `vinsolutions-portal`: where the sheet with the shared credentials is. */
  autoTamDirectoryUrl?: string;
  /** Whose Effective Status is not understood. */
  gate?: UnclearStatus;
}

export interface UnclearStatus {
  /** The parent sales account; the dealer's own where it has none. */
  account: string;
  name: string;
  status: string;
  /** When the status was read, for people, in the dealer's time zone. */
  readAt: string;
  /** Where CST is not configured, the registry has it. */
  system: 'CST' | 'registry';
  /** The statuses that would open the gate. */
  inactiveStatuses: readonly string[];
}

/**
 * `gate`: the account is still not Active. `status-unclear`: its Effective Status is still the one that is not understood.
 * `still-ended`: the integration was not reinstated.
 */
type TaskGuard = 'gate' | 'status-unclear' | 'still-ended';
/** What its person reads before they claim the task. */
export const guardWords: Record<TaskGuard, string> = {
  gate: 'Claim it before you start: that checks in CST that the parent sales account is not Active.',
  'status-unclear': 'Claim it before you start: that checks whether the Effective Status was corrected already.',
  'still-ended': 'Claim it before you start: that checks that the integration was not reinstated.',
};
export type CancellationTask = TaskEntry<TaskTextFacts, TaskGuard>;

/** `finance`: our own, outside Dealerops, which only records it. */
type Actor = 'dealerops' | 'finance' | System | Team;

/** What decides who acts in a step: the connectors that are configured, and the dealer as CST has it. */
export interface StepSituation {
  connectors: readonly ConnectorName[];
  settings: Pick<CancellationSettings, 'vinSolutionsDealers'>;
  dealer: {
    id: string;
    integrations: readonly { kind: IntegrationKind; vendor: string; dealerId?: string; fortellisOrgId?: string }[];
  };
}

export interface Step {
  title: string;
  /** Who does it: dealerops, a system, or a team; CST's step is a person's where CST is not configured. */
  actor: Actor;
  /** Where that depends on more than on CST: who acts for this dealer, with a note for the dry run; `actor` where undefined. */
  actorOf?(situation: StepSituation): { actor: Actor; note: string } | undefined;
  /** The mail that it sends to the vendor, as it is sent. */
  mail?(of: { dealerId: string; dealerName: string }): VendorMail;
}

/** A mail to a vendor, in plain text. */
export interface VendorMail {
  to: string;
  subject: string;
  body: string;
}

export interface VendorEntry {
  /** In the order in which they happen. */
  steps: Record<string, Step>;
  /** The kinds of task that the procedure opens; a person's step opens the one of its own name. */
  tasks: Record<string, CancellationTask>;
  /** Type of the workflow that carries the procedure out. */
  workflow: string;
}

/** The first step of every DMS vendor. */
export const gateStep: Step = { title: 'Check that the parent sales account is not Active', actor: 'dealerops' };

/** A ticket's or case's number as the record shows it. */
export function numberOf(answer: TaskAnswers[string] | undefined): string {
  return cut(cleanName(String(answer)), 100);
}
