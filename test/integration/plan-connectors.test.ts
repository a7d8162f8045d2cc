import { expect, it } from 'vitest';
import { apiOf } from '../support/api.ts';
import { serviceForFile } from '../support/serviceForFile.ts';

/** The dry run says who would act where optional connectors are configured, and for which dealer. */
const { service, api } = await serviceForFile({
  withoutWorker: true,
  connectors: ['vinSolutionsEvents', 'fortellis'],
  vinSolutionsDealers: ['D-1103'],
});

interface Plan {
  integrations: { integration: string; steps: { step: string; by: string; note?: string }[] }[];
}

async function stepsOf(account: string, integration: string, of = api) {
  const { body } = await of.start({ account, integrations: [integration], dryRun: true });
  const { steps } = (body as unknown as Plan).integrations[0]!;
  return Object.fromEntries(steps.map(({ step, by, note }) => [step, note ? `${by}: ${note}` : by]));
}

it("shows VinSolutions' event service for the dealers of its setting only", async () => {
  expect(await stepsOf('D-1103', 'crm/vinsolutions')).toEqual({
    'vin-event-stream': "dealerops: VinSolutions' event service; if it fails, a run in CST",
    'vinsolutions-portal': 'a person',
  });
  expect(await stepsOf('D-1104', 'crm/vinsolutions')).toEqual({
    'vin-event-stream': 'dealerops',
    'vinsolutions-portal': 'a person',
  });
  const withoutCst = await apiOf(service, { connectors: ['vinSolutionsEvents'] });
  const { 'vin-event-stream': part1 } = await stepsOf('D-1103', 'crm/vinsolutions', withoutCst);
  expect(part1).toBe("dealerops: VinSolutions' event service; if it fails, a person");
  await withoutCst.close();
});

it('shows that Fortellis confirms the termination of a dealer who is on it', async () => {
  expect(await stepsOf('D-1404', 'dms/cdk')).toEqual({
    gate: 'dealerops',
    'cdk-case': 'a person: enters only the case number',
    'cdk-termination': 'dealerops: read from Fortellis while its subscription is active; a person can confirm it too',
    'cdk-clean-up': 'dealerops',
  });
  const byPerson = {
    gate: 'dealerops',
    'cdk-case': 'a person',
    'cdk-termination': 'a person: confirms it with the case',
    'cdk-clean-up': 'dealerops',
  };
  expect(await stepsOf('D-1402', 'dms/cdk')).toEqual(byPerson);
  const off = await apiOf(service, { connectors: ['cst'] });
  expect(await stepsOf('D-1404', 'dms/cdk', off)).toEqual(byPerson);
  await off.close();
});
