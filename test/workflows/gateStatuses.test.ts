import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { saveAccounts } from '../../db/queries/accounts.ts';
import { dealerOf, refusalOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { replayAndClose } from '../support/replay.ts';
import { startService, type TestService } from '../support/service.ts';

const { cases } = JSON.parse(readFileSync('../shared/cases/gate-statuses.json', 'utf8')) as {
  cases: { status: string; gate: string }[];
};

let service: TestService;
beforeAll(async () => {
  service = await startService({ timeSkipping: true });
});
beforeEach(() => service.sandbox.reset());
afterAll(() => replayAndClose(service));

const setStatus = (account: string, effectiveStatus: string) => {
  service.sandbox.state.accounts.get(account)!.effectiveStatus = effectiveStatus;
};
const kinds = async (account: string) => (await dealerOf(service, account).tasks()).map(({ kind }) => kind);

describe('the CDK uninstall task', () => {
  it.each(cases)('of a dealer whose parent is "$status": $gate', async ({ status, gate }) => {
    const dealer = dealerOf(service, 'D-1403');
    setStatus('P-300', status);
    const before = (await kinds('D-1403')).filter((kind) => kind === 'cdk-case').length;
    const { ended } = await dealer.cancel(['dms/cdk']);
    if (gate === 'open') {
      await dealer.task('cdk-case');
      await dealer.withdraw();
      expect(await ended()).toEqual({ 'dms/cdk': 'withdrawn' });
      return;
    }
    if (gate !== 'blocked') {
      const { content } = await dealer.done('gate-status', { decision: 'active' });
      expect(content.texts.at(-1)).toMatchObject({
        label: expect.stringMatching(/^Effective Status on /),
        value: JSON.stringify(status),
      });
    }
    expect(await ended()).toEqual({ 'dms/cdk': 'blocked' });
    expect((await kinds('D-1403')).filter((kind) => kind === 'cdk-case')).toHaveLength(before);
  });

  it.each([[null], [undefined], [7]])('is not opened for a status that is not text: %s', async (effectiveStatus) => {
    const dealer = dealerOf(service, 'D-1402');
    service.sandbox.state.oddFields.set('D-1402', { effectiveStatus });
    const { ended } = await dealer.cancel(['dms/cdk']);
    await dealer.done('gate-status', { decision: 'active' });
    expect(await ended()).toEqual({ 'dms/cdk': 'blocked' });
    expect(await kinds('D-1402')).not.toContain('cdk-case');
  });
});

describe('a status that is not understood', () => {
  it('opens a task that shows the account, and is checked again when its person says so', async () => {
    const dealer = dealerOf(service, 'D-1601');
    setStatus('D-1601', 'Active-ish');
    const { id, ended } = await dealer.cancel(['dms/reynolds']);
    const task = await dealer.task('gate-status');
    expect(task.content.title).toBe(
      'Check the Effective Status of Old Mill Lincoln (D-1601): Reynolds & Reynolds direct waits',
    );
    const time = expect.stringMatching(/^Effective Status on \w{3} \d+, \d{4}, \d+:\d\d [AP]M \w+$/);
    expect(task.content.texts).toEqual([
      { label: 'Account', value: 'D-1601' },
      { label: 'Dealership', value: 'Old Mill Lincoln' },
      { label: time, value: '"Active-ish"', isNote: true },
    ]);
    const instructions = task.content.instructions.join(' ');
    expect(instructions).toMatch(
      /of the dealer’s account \(it has no parent sales account\) was "Active-ish" on \w{3} /,
    );
    expect(instructions).toContain('Open account D-1601 in CST');
    expect(instructions).toContain('They are now: Cancelled, Canceled,');
    expect(instructions).not.toMatch(/\/v1\/|GATE_INACTIVE/);
    const steps = await eventually(async () => {
      const { steps = [] } = (await dealer.progress(id, 'dms/reynolds')) ?? {};
      return steps[0]?.state === 'waiting' && steps;
    });
    expect(steps).toMatchObject([
      { step: 'gate', taskId: task.id },
      { step: 'finance-terminates', state: 'next' },
    ]);
    await dealer.say(task, 'claimTask', { by: 'olivia' });
    await dealer.say(task, 'completeTask', { by: 'olivia', answers: { decision: 'look_again' } });
    const again = await dealer.task('gate-status');
    await dealer.say(again, 'claimTask', { by: 'olivia' });
    setStatus('D-1601', 'cancelled ');
    await dealer.say(again, 'completeTask', { by: 'olivia', answers: { decision: 'look_again' } });
    expect(await ended()).toEqual({ 'dms/reynolds': 'ended' });
  });

  it('that is corrected closes its task at the next daily check', async () => {
    const dealer = dealerOf(service, 'D-1401');
    setStatus('P-200', 'TBD');
    const { ended } = await dealer.cancel(['dms/cdk']);
    const { id } = await dealer.task('gate-status');
    setStatus('P-200', 'to be decided');
    await service.skipDays(1);
    const other = await eventually(async () =>
      (await dealer.tasks()).find((task) => task.state === 'open' && task.id !== id),
    );
    expect(other.content.texts.at(-1)?.value).toBe('"to be decided"');
    setStatus('P-200', 'Terminated');
    await service.skipDays(1);
    await dealer.task('cdk-case');
    const tasks = (await dealer.tasks()).sort((a, b) => a.openedAt.getTime() - b.openedAt.getTime());
    expect(tasks.map(({ kind, state, reason }) => [kind, state, reason])).toEqual([
      ['gate-status', 'closed', 'the Effective Status of P-200 is "to be decided" now'],
      ['gate-status', 'closed', 'the Effective Status of P-200 is Terminated now'],
      ['cdk-case', 'open', null],
    ]);
    await dealer.withdraw();
    expect(await ended()).toEqual({ 'dms/cdk': 'withdrawn' });
    setStatus('P-200', 'Active');
  });

  it('that is corrected makes its task impossible to claim', async () => {
    const dealer = dealerOf(service, 'D-1602');
    setStatus('P-200', 'TBD');
    const { ended } = await dealer.cancel(['dms/reynolds']);
    const task = await dealer.task('gate-status');
    setStatus('P-200', 'Closed');
    expect(await refusalOf(dealer.say(task, 'claimTask', { by: 'olivia' }))).toBe('guard_broken');
    expect(await ended()).toEqual({ 'dms/reynolds': 'ended' });
    setStatus('P-200', 'Active');
  });

  it('found when a task is claimed closes that task and opens one for the status', async () => {
    const dealer = dealerOf(service, 'D-1202');
    const { id, ended } = await dealer.cancel(['dms/cdk']);
    const task = await dealer.task('cdk-case');
    setStatus('D-1202', '#N/A');
    expect(await refusalOf(dealer.say(task, 'claimTask', { by: 'olivia' }))).toBe(
      'guard_broken: status-not-understood',
    );
    await dealer.done('gate-status', { decision: 'active' }, 'oscar');
    expect(await ended()).toEqual({ 'dms/cdk': 'blocked' });
    expect((await dealer.tasks()).map(({ kind, state }) => `${kind} ${state}`).sort()).toEqual([
      'cdk-case closed',
      'gate-status done',
    ]);
    expect((await dealer.progress(id, 'dms/cdk'))?.reason).toBe(
      'Effective Status of D-1202 is "#N/A"; oscar found that it is Active',
    );
  });

  it('stops both feeds with one task for the status', async () => {
    const dealer = dealerOf(service, 'D-1503');
    const { ended } = await dealer.cancel(['dms/dealervault']);
    await dealer.task('dealervault-sales');
    await dealer.task('dealervault-service');
    setStatus('D-1503', '#REF!');
    await service.skipDays(1);
    await dealer.task('gate-status');
    await eventually(async () => (await dealer.tasks()).filter(({ state }) => state === 'closed').length === 2);
    expect((await kinds('D-1503')).filter((kind) => kind === 'gate-status')).toHaveLength(1);
    setStatus('D-1503', 'Cancelled');
    await dealer.done('gate-status', { decision: 'look_again' }).catch(() => {});
    await dealer.done('dealervault-sales', { deactivated: true });
    await dealer.done('dealervault-service', { deactivated: true });
    expect(await ended()).toEqual({ 'dms/dealervault': 'ended' });
  });

  it('found right before the clean-up keeps the DMS provider in CST', async () => {
    const dealer = dealerOf(service, 'D-1703');
    const { ended } = await dealer.cancel(['dms/cdk']);
    const task = await dealer.task('cdk-case');
    await dealer.say(task, 'claimTask', { by: 'olivia' });
    setStatus('D-1703', 'Renewed');
    await dealer.say(task, 'completeTask', { by: 'olivia', answers: { caseNumber: 'C-9', terminated: true } });
    await dealer.task('gate-status');
    expect(service.sandbox.state.dmsProviders.has('D-1703')).toBe(true);
    await dealer.done('gate-status', { decision: 'active' });
    await dealer.done('reinstate', { done: true });
    expect(await ended()).toEqual({ 'dms/cdk': 'blocked' });
    expect(service.sandbox.state.dmsProviders.has('D-1703')).toBe(true);
  });

  it('that a person decides is Active is waited for, with a new task only when it changes', async () => {
    const dealer = dealerOf(service, 'D-1502');
    setStatus('P-400', 'VIP');
    const { id, ended } = await dealer.cancel(['dms/dealervault'], { whenActive: 'wait' });
    await dealer.done('gate-status', { decision: 'active' });
    await service.skipDays(3);
    expect(await kinds('D-1502')).toEqual(['gate-status']);
    expect((await dealer.progress(id, 'dms/dealervault'))?.steps[0]).toMatchObject({ step: 'gate', state: 'waiting' });
    setStatus('P-400', 'Leaving');
    await service.skipDays(1);
    await dealer.task('gate-status');
    setStatus('P-400', 'Cancelled');
    await service.skipDays(1);
    await dealer.task('dealervault-sales');
    await dealer.withdraw();
    expect(await ended()).toEqual({ 'dms/dealervault': 'withdrawn' });
  });

  it('whose task is closed without completing ends the integration', async () => {
    const dealer = dealerOf(service, 'D-1501');
    setStatus('P-100', 'Unknown');
    const { ended } = await dealer.cancel(['dms/dealervault']);
    const task = await dealer.task('gate-status');
    await dealer.say(task, 'closeNotCompleted', { by: 'lena', reason: 'nobody knows' });
    expect(await ended()).toEqual({ 'dms/dealervault': 'not_completed' });
    expect(await kinds('D-1501')).toEqual(['gate-status']);
    setStatus('P-100', 'Cancelled');
  });

  it('can be added to the configured list', async () => {
    const { cancellations } = service.outside;
    cancellations.inactiveStatuses = [...cancellations.inactiveStatuses, 'Suspended'];
    await service.stopWorker();
    await service.startWorker();
    const dealer = dealerOf(service, 'D-1301');
    setStatus('D-1301', 'SUSPENDED');
    const { ended } = await dealer.cancel(['dms/reynolds']);
    expect(await ended()).toEqual({ 'dms/reynolds': 'ended' });
  });
});

it('an empty status in the registry is not understood', async () => {
  const registry = await startService({ withoutCst: true });
  await saveAccounts(registry.db, [
    {
      id: 'R-1',
      name: 'Old Mill Lincoln',
      effectiveStatus: '',
      parentSalesAccountId: null,
      timeZone: 'America/Detroit',
      integrations: [{ kind: 'dms', vendor: 'reynolds', dealerId: 'RR1' }],
    },
  ]);
  const dealer = dealerOf(registry, 'R-1');
  const { ended } = await dealer.cancel(['dms/reynolds']);
  await dealer.done('gate-status', { decision: 'active' });
  expect(await ended()).toEqual({ 'dms/reynolds': 'blocked' });
  await replayAndClose(registry);
});
