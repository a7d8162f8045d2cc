import {
  type IntegrationName,
  kindOf,
  procedureSteps,
  type StepName,
  stepTitles,
  vendorTitle,
} from '../../domain/vendors.ts';
import type { ApiOptions } from '../options.ts';
import type { Plan } from './schemas.ts';

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
  account: string,
  integrations: IntegrationName[],
): Promise<Plan> {
  const own = (await accounts.find(account))!;
  const gated = integrations.some((integration) => kindOf(integration) === 'dms');
  const parent = gated && own.parentSalesAccountId ? await accounts.find(own.parentSalesAccountId) : own;
  return {
    dryRun: true,
    account,
    integrations: integrations.map((integration) => ({
      integration,
      vendor: vendorTitle(integration),
      outcome: kindOf(integration) === 'dms' ? gateOutcome(parent) : 'starts at once',
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

function gateOutcome(parent: { id: string; effectiveStatus: string } | null): string {
  if (!parent) return 'waits: the parent sales account is not known';
  const status = `the Effective Status of ${parent.id} is ${parent.effectiveStatus}`;
  return parent.effectiveStatus === 'Active' ? `does not proceed: ${status}` : `starts at once: ${status}`;
}
