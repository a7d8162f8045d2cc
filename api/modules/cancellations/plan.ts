import { type IntegrationRow, openIntegrations } from '../../../db/queries/cancellations/cancellations.ts';
import type { WhenActive } from '../../../domain/cancellations/cancellations.ts';
import { type StepName, stepCatalog, stepsOf } from '../../../domain/cancellations/catalog.ts';
import { gateOf } from '../../../domain/cancellations/gate.ts';
import type { FoundAccount } from '../../../domain/shared/accountRecords.ts';
import { isSelected } from '../../../domain/shared/dealerSelection.ts';
import { isTeam } from '../../../domain/shared/tasks.ts';
import { type IntegrationName, integrationKey, kindOf, vendorTitle } from '../../../domain/shared/vendors.ts';
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
        ...whoActs(step, options, account),
      })),
    })),
  };
}

type Actor = Pick<Plan['integrations'][number]['steps'][number], 'by' | 'note'>;

/** Who acts in a step, by the connectors that are configured, for this dealer. */
function whoActs(
  step: StepName,
  { connectors, cancellations: { vinSolutionsDealers = [] } }: Pick<ApiOptions, 'connectors' | 'cancellations'>,
  { id, integrations }: FoundAccount,
): Actor {
  const { actor } = stepCatalog[step];
  const byCst = connectors.includes('cst');
  const atVendor = (name: IntegrationName) => integrations.find((one) => integrationKey(one) === name);
  const dealerId = atVendor('crm/vinsolutions')?.dealerId;
  const fortellis = connectors.includes('fortellis') && atVendor('dms/cdk')?.fortellisOrgId !== undefined;
  if (step === 'vin-event-stream' && dealerId && connectors.includes('vinSolutionsEvents'))
    if (isSelected(vinSolutionsDealers, { account: id, dealerId }))
      return {
        by: 'dealerops',
        note: `VinSolutions' event service; if it fails, ${byCst ? 'a run in CST' : 'a person'}`,
      };
  if (step === 'cdk-case' && fortellis) return { by: 'a person', note: 'enters only the case number' };
  if (actor === 'fortellis')
    return fortellis
      ? { by: 'dealerops', note: 'read from Fortellis while its subscription is active; a person can confirm it too' }
      : { by: 'a person', note: 'confirms it with the case' };
  return { by: isTeam(actor) || (actor === 'cst' && !byCst) ? 'a person' : 'dealerops' };
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
