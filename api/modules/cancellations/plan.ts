import {
  type IntegrationRow,
  type OpenCancellation,
  openCancellations,
} from '../../../db/queries/cancellations/cancellations.ts';
import { openIntegrationStates, type WhenActive } from '../../../domain/cancellations/cancellations.ts';
import { type StepName, stepCatalog, stepsOf } from '../../../domain/cancellations/catalog.ts';
import { gateOf } from '../../../domain/cancellations/gate.ts';
import type { Step, StepSituation } from '../../../domain/cancellations/vendors/entry.ts';
import type { FoundAccount } from '../../../domain/shared/accountRecords.ts';
import { isTeam } from '../../../domain/shared/tasks.ts';
import { type IntegrationName, kindOf, vendorTitle } from '../../../domain/shared/vendors.ts';
import type { ApiOptions } from '../../server/options.ts';
import { dealerIdsOf, type ToEnd } from './integrations.ts';
import type { Plan } from './schemas.ts';

type Planned = Plan['integrations'][number];
type PlannedStep = Planned['steps'][number];
type ParentSalesAccount = NonNullable<Planned['parentSalesAccount']>;
/** How an integration begins, as a code and in words; with the cancellation that is why, if one is. */
type Beginning = Pick<Planned, 'begins' | 'outcome'> & { cancellationId?: string };

/** What would happen, as things stand now; nothing is changed. */
export async function planOf(
  options: ApiOptions,
  { account, integrations }: ToEnd,
  whenActive: WhenActive,
): Promise<Plan> {
  const situation = { connectors: options.connectors, settings: options.cancellations, dealer: account };
  const dealerIds = dealerIdsOf(account, integrations);
  const isGated = integrations.some((integration) => kindOf(integration) === 'dms');
  const [parent, open] = await Promise.all([
    isGated ? parentOf(options, account) : undefined,
    openCancellations(options.database.db, account.id),
  ]);
  const planned = integrations.map((integration): Planned => {
    const parentSalesAccount = kindOf(integration) === 'dms' && parent ? parent : null;
    const { cancellationId = null, ...beginning } =
      beginningAmongOpen(integration, open) ?? beginningAtGate(parentSalesAccount, whenActive);
    const willBegin = beginning.begins === 'now' || beginning.begins === 'waits';
    const dealerId = dealerIds?.[integration] ?? null;
    return {
      ...{ integration, vendorName: vendorTitle(integration), dealerId, ...beginning, cancellationId },
      parentSalesAccount,
      steps: stepsOf(integration).map((step) => ({
        ...{ step, title: stepCatalog[step].title, ...whoActs(step, situation) },
        mail: willBegin ? mailOf(step, { dealerName: account.name, dealerId }) : undefined,
      })),
    };
  });
  return {
    ...{ dryRun: true, account: account.id, dealerName: account.name },
    joins: open.find(({ joinable }) => joinable)?.id ?? null,
    onlyJoins: planned.every(({ begins }) => begins === 'joins' || begins === 'nothing'),
    integrations: planned,
  };
}

type Actor = Pick<PlannedStep, 'by' | 'note'>;

/** Who acts in a step, as its catalog entry says. */
function whoActs(step: StepName, situation: StepSituation): Actor {
  const { actor: usual, actorOf }: Step = stepCatalog[step];
  const { actor, note } = actorOf?.(situation) ?? { actor: usual };
  const isPersons = isTeam(actor) || (actor === 'cst' && !situation.connectors.includes('cst'));
  if (actor === 'finance') return { by: 'finance', note };
  return { by: isPersons ? 'a person' : 'dealerops', note };
}

function mailOf(step: StepName, of: { dealerName: string; dealerId: string | null }): PlannedStep['mail'] {
  const { dealerName, dealerId } = of;
  return dealerId === null ? undefined : stepCatalog[step].mail?.({ dealerName, dealerId });
}

/** @returns undefined where none of the dealer's open cancellations keeps the integration from beginning */
function beginningAmongOpen(integration: IntegrationName, open: OpenCancellation[]): Beginning | undefined {
  for (const one of open) {
    const row = one.integrations.find((its) => its.integration === integration);
    const found = row
      ? beginningAfter(row, one)
      : one.untaken.includes(integration)
        ? joining(one, 'was just requested')
        : undefined;
    if (found) return found;
  }
  return undefined;
}

function beginningAfter(row: IntegrationRow, { id, joinable }: OpenCancellation): Beginning | undefined {
  const goesOn = openIntegrationStates.includes(row.state);
  if (goesOn && row.steps.some(({ step }) => step === 'reinstate'))
    return { begins: 'waits', outcome: `waits until it is reinstated in cancellation ${id}`, cancellationId: id };
  if (goesOn) return joining({ id }, 'is in progress');
  // The dealer's other cancellations do not take the request, so that what has ended in them begins again.
  if (row.state !== 'ended' || !joinable) return undefined;
  const outcome = `nothing to do: it has ended in cancellation ${id}, which is still open`;
  return { begins: 'nothing', outcome, cancellationId: id };
}

function joining({ id }: { id: string }, why: string): Beginning {
  return { begins: 'joins', outcome: `joins cancellation ${id}, in which it ${why}`, cancellationId: id };
}

/** What the gate would answer now (spec: cancellations.md, "DMS vendors"); a CRM vendor has none. */
function beginningAtGate(parent: ParentSalesAccount | null, whenActive: WhenActive): Beginning {
  if (!parent) return { begins: 'now', outcome: 'starts at once' };
  const { id, name, status, blocks } = parent;
  if (blocks === 'not_found') return { begins: 'waits', outcome: `waits: the parent sales account ${id} is not known` };
  const said = `the Effective Status of ${name} (${id}) is ${status}`;
  if (blocks === null) return { begins: 'now', outcome: `starts at once: ${said}` };
  if (blocks === 'status_not_understood') {
    const why = 'which is neither Active nor on the list of inactive statuses';
    return { begins: 'waits', outcome: `waits until a person has checked the status: ${said}, ${why}` };
  }
  if (whenActive === 'wait') return { begins: 'waits', outcome: `waits, and checks again daily: ${said}` };
  return { begins: 'blocked', outcome: `blocked: ${said}` };
}

/** The account whose Effective Status is the gate: the dealer's own where it has no parent sales account. */
async function parentOf(options: ApiOptions, account: FoundAccount): Promise<ParentSalesAccount> {
  const { parentSalesAccountId: id } = account;
  const parent = id === null ? account : await options.accounts.find(id);
  if (!parent) return { id: id!, name: null, status: null, blocks: 'not_found' };
  const { status, answer } = gateOf(parent, options.cancellations.inactiveStatuses);
  const blocks = { open: null, active: 'active', 'not-understood': 'status_not_understood' } as const;
  return { id: parent.id, name: parent.name, status, blocks: blocks[answer] };
}
