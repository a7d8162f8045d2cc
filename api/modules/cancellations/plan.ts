import { type IntegrationRow, openIntegrations } from '../../../db/queries/cancellations/cancellations.ts';
import type { WhenActive } from '../../../domain/cancellations/cancellations.ts';
import { type StepName, stepCatalog, stepsOf } from '../../../domain/cancellations/catalog.ts';
import { gateOf } from '../../../domain/cancellations/gate.ts';
import type { Step, StepSituation } from '../../../domain/cancellations/vendors/entry.ts';
import type { FoundAccount } from '../../../domain/shared/accountRecords.ts';
import { isTeam } from '../../../domain/shared/tasks.ts';
import { kindOf, vendorTitle } from '../../../domain/shared/vendors.ts';
import type { ApiOptions } from '../../server/options.ts';
import type { ToEnd } from './integrations.ts';
import type { Plan } from './schemas.ts';

/** What would happen, as things stand now; nothing is changed. */
export async function planOf(
  options: ApiOptions,
  { account, integrations }: ToEnd,
  whenActive: WhenActive,
): Promise<Plan> {
  const { accounts, database } = options;
  const { inactiveStatuses } = options.cancellations;
  const gated = integrations.some((integration) => kindOf(integration) === 'dms');
  const parent = gated && account.parentSalesAccountId ? await accounts.find(account.parentSalesAccountId) : account;
  const situation = { connectors: options.connectors, settings: options.cancellations, dealer: account };
  const open = await openIntegrations(database.db, account.id);
  return {
    dryRun: true,
    account: account.id,
    integrations: integrations.map((integration) => ({
      integration,
      vendorName: vendorTitle(integration),
      outcome:
        outcomeOfJoining(open.find((one) => one.integration === integration)) ??
        (kindOf(integration) === 'dms' ? gateOutcome(parent, inactiveStatuses, whenActive) : 'starts at once'),
      steps: stepsOf(integration).map((step) => ({
        step,
        title: stepCatalog[step].title,
        ...whoActs(step, situation),
      })),
    })),
  };
}

type Actor = Pick<Plan['integrations'][number]['steps'][number], 'by' | 'note'>;

/** Who acts in a step, as its catalog entry says. */
function whoActs(step: StepName, situation: StepSituation): Actor {
  const { actor: usual, actorOf }: Step = stepCatalog[step];
  const { actor, note } = actorOf?.(situation) ?? { actor: usual };
  const isPersons = isTeam(actor) || (actor === 'cst' && !situation.connectors.includes('cst'));
  return { by: isPersons ? 'a person' : 'dealerops', note };
}

/** A request joins the dealer's cancellation that is open: only what has not ended there, nor is in progress, begins. */
function outcomeOfJoining(row: IntegrationRow | undefined): string | undefined {
  if (!row) return undefined;
  const goesOn = row.state === 'in_progress' || row.state === 'waiting';
  if (row.steps.some(({ step }) => step === 'reinstate'))
    return goesOn ? `begins when what the cancellation ${row.cancellationId} has ended is reinstated` : undefined;
  if (row.state === 'ended')
    return `nothing: it has ended in the cancellation ${row.cancellationId}, which is still open`;
  if (!goesOn) return undefined;
  return `joins the cancellation ${row.cancellationId}, in which it is in progress`;
}

/** What the gate would answer now (spec: cancellations.md, "the gate first"). */
function gateOutcome(parent: FoundAccount | null, inactiveStatuses: readonly string[], whenActive: WhenActive): string {
  if (!parent) return 'waits: the parent sales account is not known';
  const gate = gateOf(parent, inactiveStatuses);
  const status = `the Effective Status of ${gate.account} is ${gate.status}`;
  if (gate.answer === 'open') return `starts at once: ${status}`;
  if (gate.answer === 'not-understood')
    return `does not proceed before a person has looked: ${status}, which is neither Active nor on the list of inactive statuses`;
  return whenActive === 'wait' ? `waits and looks again daily: ${status}` : `does not proceed: ${status}`;
}
