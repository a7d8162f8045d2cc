import { readFileSync } from 'node:fs';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveAccounts } from '../../db/queries/accounts.ts';
import { cancellationIntegrations } from '../../db/schema/cancellations.ts';
import { integrationWorkflowId } from '../../domain/cancellations/cancellations.ts';
import { type SandboxDealer, sandboxDealers } from '../../sandbox/shared/dealers.ts';
import { dealerOf } from '../support/dealer.ts';
import { startService, type TestService } from '../support/service.ts';

const { cases } = JSON.parse(readFileSync('../shared/cases/group-names.json', 'utf8')) as {
  cases: { dealer: string; other: string | null; answer: string }[];
};

const dealerNamed = (id: string, name: string): SandboxDealer => ({
  ...sandboxDealers.find((one) => one.id === 'D-1003')!,
  id,
  name,
});
const parts: Record<string, string> = { yes: 'Yes', no: 'No', maybe: 'Maybe: Yes if one of the dealers below' };

let service: TestService;
beforeAll(async () => {
  service = await startService({ dealers: [] });
});
afterAll(() => service?.close());

const enter = (...dealers: SandboxDealer[]) => {
  const { accounts, oddNames } = service.sandbox.state;
  accounts.clear();
  oddNames.clear();
  for (const dealer of dealers) accounts.set(dealer.id, dealer);
};

/** The task of a dealer whose cancellation is then withdrawn. */
async function taskOf(service: TestService, id: string) {
  const dealer = dealerOf(service, id);
  const { ended } = await dealer.cancel(['crm/dealersocket']);
  const task = await dealer.task('dealersocket-form');
  await dealer.withdraw();
  await ended();
  const texts = Object.fromEntries(task.content.texts.map(({ label, value }) => [label, value]));
  return { ...task.content, texts };
}

/** Who answered the question of a dealer whose form is open. */
async function doneBy(service: TestService, id: string): Promise<string | undefined> {
  const [row] = await service.db
    .select()
    .from(cancellationIntegrations)
    .where(eq(cancellationIntegrations.workflowId, integrationWorkflowId('crm/dealersocket', id)));
  return row?.steps.find(({ step }) => step === 'group-question')?.by;
}

describe('"Part of a group?" with CST and Salesforce', () => {
  it.each([
    ['a parent account in Salesforce', '001SBX0000P900', 'Brightwater Kia', 'salesforce'],
    ['the name of another dealer in CST', undefined, 'Brightwater Kia', 'cst'],
    ['no similar name in CST', undefined, 'Sand Hill Kia', 'cst'],
  ])('%s: the record names the system that decided', async (_what, salesforceParentId, other, by) => {
    const id = `BY-${by}-${other.slice(0, 4)}`;
    enter({ ...dealerNamed(id, 'Brightwater Ford'), salesforceParentId }, dealerNamed(`${id}-other`, other));
    await taskOf(service, id);
    expect(await doneBy(service, id)).toBe(by);
  });

  it.each(cases.map((one, index) => ({ ...one, id: `G-${index}` })))(
    '$dealer and $other: $answer',
    async ({ id, dealer, other, answer }) => {
      enter(dealerNamed(id, dealer), ...(other === null ? [] : [dealerNamed(`${id}-other`, other)]));
      const { texts, fields } = await taskOf(service, id);
      expect(texts['Part of a group?']).toContain(parts[answer]);
      expect(texts['Dealer with a similar name 1']).toBe(answer === 'maybe' ? `${other} (${id}-other)` : undefined);
      expect(fields.map(({ name }) => name)).toEqual(answer === 'maybe' ? ['group', 'submitted'] : ['submitted']);
    },
  );

  it.each([
    ['Émile Ford', 'EMILE Kia'],
    ['Emile Ford', 'Émile Kia'],
    ['Hendrick Honda', 'The  Hendrick Kia'],
  ])('finds %s by %s among hundreds of names with the same first letter', async (name, other) => {
    const id = `S-${Buffer.from(name).toString('hex')}`;
    const others = (letter: string) =>
      Array.from({ length: 250 }, (_, n) =>
        dealerNamed(`${letter}-${n}`, `${letter}${String(n).padStart(4, '0')} Kia`),
      );
    enter(dealerNamed(id, name), ...others(name.normalize('NFD')[0]!), ...others('The '), dealerNamed('other', other));
    expect((await taskOf(service, id)).texts['Part of a group?']).toBe('Yes');
  });

  it('answers No only when all names were compared', async () => {
    enter(dealerNamed('A-1', 'Solo Motors'), dealerNamed('A-2', 'Sand Hill Kia'));
    service.sandbox.state.oddNames.set('A-2', { name: null });
    const { texts, fields } = await taskOf(service, 'A-1');
    expect(texts['Part of a group?']).toMatch(/^Yes if .* otherwise No$/);
    expect(JSON.stringify(texts)).toContain('not all dealers’ names could be compared');
    expect(fields.map(({ name }) => name)).toEqual(['group', 'submitted']);
  });

  it("keeps the person's decision", async () => {
    enter(dealerNamed('B-1', 'Larson Automotive of Tacoma'), dealerNamed('B-2', 'Larson Collision Center'));
    const dealer = dealerOf(service, 'B-1');
    const { id, ended } = await dealer.cancel(['crm/dealersocket']);
    await dealer.done('dealersocket-form', { group: 'yes', submitted: true });
    expect(await ended()).toEqual({ 'crm/dealersocket': 'ended' });
    const evidenceOf = (await dealer.progress(id, 'crm/dealersocket'))?.steps.map(({ evidence }) => evidence);
    expect(evidenceOf).toEqual([
      'Maybe: no parent account in Salesforce, but dealers with similar names exist',
      'form submitted with "Part of a group?" Yes, confirmed',
    ]);
  });
});

it('finds similar names the same way in the registry', async () => {
  const registry = await startService({ withoutCst: true });
  const name = (id: string, name: string) => ({ ...dealerNamed(id, name) });
  await saveAccounts(registry.db, [
    name('R-1', 'Émile Ford'),
    name('R-2', 'EMILE Kia'),
    name('R-3', 'Larson Automotive of Tacoma'),
    name('R-4', 'The Larson Collision Center'),
    name('R-5', 'Solo Motors'),
    name('R-6', 'Emile Kia'),
    name('R-7', 'Éric Kia'),
    name('R-8', 'Eric Ford'),
  ]);
  const answers = [];
  for (const id of ['R-1', 'R-3', 'R-5', 'R-8'])
    answers.push((await taskOf(registry, id)).texts['Part of a group?']!.split(/[: ]/)[0]);
  expect(answers).toEqual(['Yes', 'Maybe', 'Yes', 'Yes']);
  expect(await doneBy(registry, 'R-1')).toBe('dealerops');
  const solo = await taskOf(registry, 'R-5');
  expect(JSON.stringify(solo.texts)).toContain('Salesforce is not connected, and no other dealer has a similar name');
  await registry.close();
});
