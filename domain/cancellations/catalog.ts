import { confirm, contentOf, oneLine, type TaskContent, type TaskFacts } from '../shared/tasks.ts';
import { type IntegrationName, vendorTitle } from '../shared/vendors.ts';
import { dataAfterEndTask } from './dataAfterEndTask.ts';
import type { Gate } from './gate.ts';
import { gateStatusTask } from './gateStatusTask.ts';
import type { GroupAnswer } from './groupQuestion.ts';
import { cdk } from './vendors/cdk.ts';
import { dealerSocket } from './vendors/dealerSocket.ts';
import { dealerVault } from './vendors/dealerVault.ts';
import { elead } from './vendors/elead.ts';
import { type CancellationTask, guardWords, type Step, type TaskTextFacts, type VendorEntry } from './vendors/entry.ts';
import { reynoldsCrm, reynoldsDirect } from './vendors/reynolds.ts';
import { vinSolutions } from './vendors/vinSolutions.ts';

/** The vendors' procedures with their steps and tasks: every kind of step and task of the process has one entry here. */

export const vendorCatalog = {
  'crm/dealersocket': dealerSocket,
  'crm/vinsolutions': vinSolutions,
  'crm/elead': elead,
  'crm/reynolds': reynoldsCrm,
  'dms/cdk': cdk,
  'dms/dealervault': dealerVault,
  'dms/reynolds': reynoldsDirect,
} satisfies Record<IntegrationName, VendorEntry>;

type Vendors = (typeof vendorCatalog)[keyof typeof vendorCatalog];
type KeysOf<One> = One extends unknown ? Extract<keyof One, string> : never;

export type StepName = KeysOf<Vendors['steps']> | 'reinstate';
export type TaskKind = KeysOf<Vendors['tasks']> | 'gate-status' | 'reinstate' | 'data-after-end';

/** Every step of every procedure. */
export const stepCatalog: Record<StepName, Step> = Object.assign(
  { reinstate: { title: 'Reinstate the integration', actor: 'ops' } },
  ...Object.values(vendorCatalog).map(({ steps }) => steps),
);

/** The procedure's steps in the order in which they happen. */
export function stepsOf(integration: IntegrationName): StepName[] {
  return Object.keys(vendorCatalog[integration].steps) as StepName[];
}

/** What a workflow of the process knows of a task: codes and IDs, of which an activity makes the texts. */
export interface CancellationTaskFacts extends TaskFacts {
  process: 'cancellations';
  kind: TaskKind;
  integration: IntegrationName;
  /** At the vendor, when the cancellation was requested. */
  dealerId?: string;
  dealerIds?: string[];
  /** Of `vin-event-stream`: some of them were on a list that a person had claimed before it was closed. */
  mayBeRun?: boolean;
  /** The answer to DealerSocket's group question. */
  group?: GroupAnswer;
  /** Of `reinstate`: the steps that were certainly, or perhaps, done at the vendor. */
  done?: StepName[];
  unknown?: StepName[];
  /** Of `reinstate`: those that Dealerops has reinstated already. */
  restored?: StepName[];
  /** Of `cdk-case`: the dealer's organization at Fortellis, which shows the termination. */
  fortellisOrgId?: string;
  /** Of `gate-status`: whose status is not understood, and which. */
  gate?: Pick<Gate, 'account' | 'status'>;
}

/** What the texts of all kinds of task are made of. */
export interface CancellationTextFacts extends TaskTextFacts {
  /** Of `reinstate`: steps that were done at the vendor, and those that may have been. */
  done?: StepName[];
  unknown?: StepName[];
  restored?: StepName[];
  /** Why it is to be reinstated; undefined where only the cancellation shows it. */
  whyReinstate?: string;
}

const reinstate: CancellationTask = {
  team: 'ops',
  dueBusinessDays: 1,
  content: ({ integration, account, dealerName, dealerId, reason, whyReinstate, ...steps }: CancellationTextFacts) => {
    const { done = [], unknown = [], restored = [] } = steps;
    return {
      title: `Reinstate ${vendorTitle(integration)} for ${dealerName}`,
      instructions: [
        ...done.map((step) => `Undo what was done: "${stepCatalog[step].title}" was completed.`),
        ...unknown.map((step) => `Check whether this was done, and undo it if it was: "${stepCatalog[step].title}".`),
        ...restored.map((step) => `"${stepCatalog[step].title}" was reinstated already: nothing to do.`),
        ...(reason ? [`Dealerops could not reinstate it: ${reason}.`] : []),
        `Ask ${done.includes('finance-terminates') ? 'Finance not to terminate, or ' : ''}the vendor to restore the feed; confirm when data flows.`,
        `Reason for this task: ${oneLine(whyReinstate ?? 'the customer stays, or the account is Active again (the cancellation shows which)')}.`,
      ],
      texts: [
        { label: 'Account', value: account },
        { label: 'Dealership', value: dealerName },
        { label: `ID at ${vendorTitle(integration)}`, value: dealerId },
      ],
    };
  },
  fields: () => [confirm('done', 'It is reinstated, or nothing had to be done')],
  ifNotCompleted: ({ integration, account, dealerName }) =>
    `What was ended at ${vendorTitle(integration)} for ${dealerName} (${account}) stays ended.`,
  evidence: () => 'reinstated or nothing had to be done, confirmed',
};

/** Every kind of task of the process. */
export const taskCatalog: Record<TaskKind, CancellationTask> = Object.assign(
  { 'gate-status': gateStatusTask, reinstate, 'data-after-end': dataAfterEndTask },
  ...Object.values(vendorCatalog).map(({ tasks }) => tasks),
);

/** All that a person needs to do a task of this kind, with the vendor's words exactly (spec: cancellations.md, each vendor's row). */
export function taskContent(kind: TaskKind, given: CancellationTextFacts): TaskContent {
  const facts = { ...given, dealerName: oneLine(given.dealerName), dealerId: oneLine(given.dealerId) };
  const entry = taskCatalog[kind];
  return { ...contentOf(entry, facts), ...(entry.guard && { beforeClaim: guardWords[entry.guard] }) };
}
