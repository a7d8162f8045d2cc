import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { outbox, tasks } from '../../db/schema/shared.ts';
import {
  cancellationWorkflowId,
  integrationWorkflowId,
  reinstateWorkflowId,
  vinEventStreamWorkflowId,
} from '../../domain/cancellations/cancellations.ts';
import type { IntegrationName } from '../../domain/shared/vendors.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { replayAndClose } from '../support/replay.ts';
import { dealerWith, startOver } from '../support/runs.ts';
import { startService, type TestService } from '../support/service.ts';

/** A workflow that continues as new in the middle of a wait goes on with it, and nothing happens twice at the vendor. */

let service: TestService;
beforeAll(async () => {
  const vendors: IntegrationName[] = [
    'crm/dealersocket',
    'crm/elead',
    'crm/vinsolutions',
    'dms/cdk',
    'dms/dealervault',
  ];
  const dealers = vendors.flatMap((vendor) =>
    Array.from({ length: 4 }, (_, index) => dealerWith(`N-${vendors.indexOf(vendor) + 1}0${index + 1}`, vendor)),
  );
  service = await startService({ dealers });
});
beforeEach(() => service.sandbox.reset());
afterAll(() => replayAndClose(service));

const workflow = (id: string) => service.client.workflow.getHandle(id);
const mailsOf = (account: string) =>
  service.sandbox.smtp.messages.filter(({ to, text }) => to.includes('elead') && text.includes(account)).length;
const removedOf = (dealerId: string) =>
  service.sandbox.state.runs.flatMap(({ results }) => results).filter((one) => one.dealerId === dealerId).length;
const manualList = () =>
  eventually(async () =>
    (await service.db.select().from(tasks)).find((task) => task.kind === 'vin-event-stream' && task.state === 'open'),
  );

describe('a new run', () => {
  it('of a person’s task has the same task, with the same checklist', async () => {
    const [account, name] = ['N-101', 'crm/dealersocket'] as const;
    const dealer = dealerOf(service, account);
    const { id, ended } = await dealer.cancel([name]);
    const task = await dealer.task('dealersocket-form');
    await dealer.say(task, 'claimTask', { by: 'olivia' });
    const waits = async () =>
      (await dealer.progress(id, name))?.steps.find((step) => step.step === 'dealersocket-form');
    await eventually(async () => (await waits())?.waitingOn === 'olivia');
    const before = await waits();
    await startOver(service, integrationWorkflowId(name, account));
    expect(await waits()).toEqual(before);
    await startOver(service, cancellationWorkflowId(account));
    await dealer.say(task, 'completeTask', { by: 'olivia', answers: { submitted: true, group: 'no' } });
    expect(await ended()).toEqual({ [name]: 'ended' });
    expect(await dealer.tasks()).toHaveLength(1);
    const done = (await dealer.events(id)).filter(({ action }) => /: done$/.test(action));
    expect(new Set(done.map(({ action }) => action)).size).toBe(done.length);
  });

  it('of two tasks behind the gate, one done in each run, does neither again', async () => {
    const [account, name] = ['N-501', 'dms/dealervault'] as const;
    const dealer = dealerOf(service, account);
    const { ended } = await dealer.cancel([name]);
    await dealer.task('dealervault-sales');
    await dealer.done('dealervault-service', { deactivated: true });
    await startOver(service, integrationWorkflowId(name, account));
    await dealer.done('dealervault-sales', { deactivated: true });
    expect(await ended()).toEqual({ [name]: 'ended' });
    expect(await dealer.tasks()).toHaveLength(2);
  });

  it('of CDK’s case, and then of the clean-up that CST does not answer, removes the provider once', async () => {
    const [account, name] = ['N-401', 'dms/cdk'] as const;
    const dealer = dealerOf(service, account);
    const { id, ended } = await dealer.cancel([name]);
    await dealer.task('cdk-case');
    await startOver(service, integrationWorkflowId(name, account));
    service.sandbox.faults.cst.errors = 0;
    const task = await dealer.task('cdk-case');
    await dealer.say(task, 'claimTask', { by: 'olivia' });
    service.sandbox.faults.cst.errors = Number.POSITIVE_INFINITY;
    await dealer.say(task, 'completeTask', { by: 'olivia', answers: { caseNumber: 'C-1', terminated: true } });
    await eventually(async () => (await dealer.progress(id, name))?.steps.at(-1)?.state === 'running');
    await startOver(service, integrationWorkflowId(name, account));
    service.sandbox.faults.cst.errors = 0;
    expect(await ended()).toEqual({ [name]: 'ended' });
    expect((await dealer.tasks()).map(({ kind }) => kind)).toEqual(['cdk-case']);
  });

  it('of a mail that the mail server defers sends it once', async () => {
    const [account, name] = ['N-201', 'crm/elead'] as const;
    const dealer = dealerOf(service, account);
    service.sandbox.faults.smtp.next = Array(500).fill('451');
    const { ended } = await dealer.cancel([name]);
    await eventually(async () => service.sandbox.faults.smtp.next.length < 500);
    await startOver(service, integrationWorkflowId(name, account));
    await startOver(service, integrationWorkflowId(name, account));
    service.sandbox.faults.smtp.next = [];
    expect(await ended()).toEqual({ [name]: 'ended' });
    expect(mailsOf(account)).toBe(1);
  });

  it('of a mail that may have left remembers it: it is settled by its person, and sent again once', async () => {
    const [account, name] = ['N-202', 'crm/elead'] as const;
    const dealer = dealerOf(service, account);
    service.sandbox.faults.smtp.next = ['cut-lost'];
    const { ended } = await dealer.cancel([name]);
    await dealer.task('elead-mail-unknown');
    await startOver(service, integrationWorkflowId(name, account));
    await dealer.done('elead-mail-unknown', { outcome: 'send_again' });
    expect(await ended()).toEqual({ [name]: 'ended' });
    expect(mailsOf(account)).toBe(1);
    const mails = (await service.db.select().from(outbox)).filter(({ businessKey }) => businessKey.includes(account));
    expect(mails).toMatchObject([{ state: 'accepted' }]);
  });

  it('of a removal and of its remover while CST does not answer removes the dealer once', async () => {
    const [account, name] = ['N-301', 'crm/vinsolutions'] as const;
    const dealer = dealerOf(service, account);
    const { ended } = await dealer.cancel([name]);
    await dealer.task('vinsolutions-portal');
    await eventually(async () => removedOf('301') === 1);
    const other = dealerOf(service, 'N-302');
    service.sandbox.faults.cst.runMs = 2_000;
    const second = await other.cancel([name]);
    await other.task('vinsolutions-portal');
    await eventually(async () => removedOf('302') === 1);
    service.sandbox.faults.cst.errors = Number.POSITIVE_INFINITY;
    await startOver(service, integrationWorkflowId(name, 'N-302'));
    await startOver(service, vinEventStreamWorkflowId);
    service.sandbox.faults.cst.errors = 0;
    for (const one of [dealer, other]) await one.done('vinsolutions-portal', { ticketNumber: 'T-1', done: true });
    expect(await ended()).toEqual({ [name]: 'ended' });
    expect(await second.ended()).toEqual({ [name]: 'ended' });
    expect([removedOf('301'), removedOf('302')]).toEqual([1, 1]);
  });

  it('a dealer withdrawn while on a person’s list: its task says that the removal may be done', async () => {
    const [account, name] = ['N-303', 'crm/vinsolutions'] as const;
    const dealer = dealerOf(service, account);
    service.sandbox.faults.cst.readOnly = true;
    const { ended } = await dealer.cancel([name]);
    const list = await manualList();
    await dealer.task('vinsolutions-portal');
    await dealer.say(list, 'claimTask', { by: 'olivia' });
    await startOver(service, integrationWorkflowId(name, account));
    await startOver(service, vinEventStreamWorkflowId);
    await dealer.withdraw();
    await dealer.task('vinsolutions-portal', 'closed');
    await startOver(service, integrationWorkflowId(name, account));
    await dealer.say(list, 'completeTask', { by: 'olivia', answers: { succeeded: true } });
    await dealer.task('reinstate');
    await startOver(service, integrationWorkflowId(name, account));
    expect(await dealer.reinstate()).toContain('Undo what was done: "Part 1');
    expect(await ended()).toEqual({ [name]: 'withdrawn' });
    expect((await dealer.tasks()).map(({ kind }) => kind).sort()).toEqual(['reinstate', 'vinsolutions-portal']);
  });

  it('of a reinstatement, and of the dealer’s workflow that a new request waits in, goes on to both ends', async () => {
    const [account, name] = ['N-203', 'crm/elead'] as const;
    const dealer = dealerOf(service, account);
    const first = await dealer.cancel([name]);
    await first.ended();
    await dealer.withdraw('came back');
    await dealer.task('reinstate');
    const second = await dealer.cancel([name]);
    await eventually(async () => (await dealer.progress(second.id, name))?.state === 'waiting');
    for (const id of [cancellationWorkflowId(account), reinstateWorkflowId(name, account)])
      await startOver(service, id);
    expect(mailsOf(account)).toBe(1);
    await dealer.done('reinstate', { done: true });
    expect(await second.ended()).toEqual({ [name]: 'ended' });
    expect(mailsOf(account)).toBe(2);
    expect(await dealer.progress(first.id, name)).toMatchObject({ state: 'withdrawn' });
  });

  it.each(['before', 'after'])('told to begin right %s a withdrawal loses neither', async (order) => {
    const [account, name] = [order === 'before' ? 'N-102' : 'N-103', 'crm/dealersocket'] as const;
    const dealer = dealerOf(service, account);
    const { id, ended } = await dealer.cancel([name]);
    await dealer.task('dealersocket-form');
    const integration = workflow(integrationWorkflowId(name, account));
    const withdrawal = { cancellationId: id, reason: 'stays', by: 'key:test' };
    const send = [() => integration.signal('continueAsNew'), () => integration.signal('withdraw', withdrawal)];
    if (order === 'after') send.reverse();
    for (const one of send) await one();
    expect(await ended()).toEqual({ [name]: 'withdrawn' });
    expect(await dealer.tasks()).toMatchObject([{ state: 'closed' }]);
  });
});
