import type { Account } from '../../domain/accounts.ts';
import type { WhenActive } from '../../domain/cancellations.ts';
import {
  type IntegrationName,
  kindOf,
  procedureSteps,
  type StepName,
  stepTitles,
  vendorTitle,
} from '../../domain/vendors.ts';
import type { ApiOptions } from '../options.ts';
import type { CancellationBody, Plan } from './schemas.ts';

const byPeople: readonly StepName[] = [
  'dealersocket-form',
  'vinsolutions-portal',
  'cdk-case',
  'dealervault-sales',
  'dealervault-service',
];
const byCst: readonly StepName[] = ['vin-event-stream', 'cdk-clean-up'];

/** What would happen, as things stand now; nothing is changed. */
export async function planOf(
  { accounts, connected }: ApiOptions,
  { account, whenActive }: CancellationBody,
  integrations: IntegrationName[],
): Promise<Plan> {
  const own = await accounts.find(account);
  const gated = integrations.some((integration) => kindOf(integration) === 'dms');
  const parent = gated && own?.parentSalesAccountId ? await accounts.find(own.parentSalesAccountId) : own;
  return {
    dryRun: true,
    account,
    integrations: integrations.map((integration) => ({
      integration,
      vendor: vendorTitle(integration),
      outcome: kindOf(integration) === 'dms' ? gateOutcome(parent, whenActive) : 'starts at once',
      steps: procedureSteps[integration].map((step) => ({
        step,
        title: stepTitles[step],
        by:
          byPeople.includes(step) || (byCst.includes(step) && !connected.cst)
            ? ('a person' as const)
            : ('dealerops' as const),
      })),
    })),
  };
}

/** What the gate would answer now (spec: cancellations.md, "the gate first"). */
function gateOutcome(parent: Account | null, whenActive: WhenActive): string {
  if (!parent) return 'waits: the parent sales account is not known';
  const status = `the Effective Status of ${parent.id} is ${parent.effectiveStatus}`;
  if (parent.effectiveStatus !== 'Active') return `starts at once: ${status}`;
  return whenActive === 'wait' ? `waits and looks again daily: ${status}` : `does not proceed: ${status}`;
}
