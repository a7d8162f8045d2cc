import { and, eq, inArray } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cancellationIntegrations, cancellationRequests, cancellations } from '../../db/schema/cancellations.ts';
import { cancellationWorkflowId } from '../../domain/cancellations/cancellations.ts';
import { apiOf, type TestApi } from '../support/api.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { formOf, lose } from '../support/lostRecords.ts';
import { replayAndClose } from '../support/replay.ts';
import { startOver } from '../support/runs.ts';
import { startService, type TestService } from '../support/service.ts';

/** PostgreSQL is restored to a time before a request, while the workflows go on. */

let service: TestService;
let api: TestApi;
const row = async (id: string) => (await service.db.select().from(cancellations).where(eq(cancellations.id, id))).at(0);
const requestsOf = (id: string) =>
  service.db.select().from(cancellationRequests).where(eq(cancellationRequests.cancellationId, id));
/** The workflow does not keep the dealer's name; the API has written the start by PostgreSQL's clock. */
const asRestored = { dealerName: null, timeZone: null, startedAt: expect.any(Date), changedIn: expect.any(String) };
const closed = (id: string) => eventually(async () => (await row(id))?.state === 'closed');
const mailsOf = (code: string) => service.sandbox.smtp.messages.filter(({ subject }) => subject.includes(code)).length;
/** An engineer's, after a restore. */
const adoptOpen = (account: string) =>
  service.client.workflow.getHandle(cancellationWorkflowId(account)).signal('adoptOpen');
const startDealerOver = (account: string) => startOver(service, cancellationWorkflowId(account));

describe.each([
  ['in the same run', false],
  ['after a new run', true],
])('a cancellation that the database has lost, %s of the dealer’s workflow', (_when, newRun) => {
  beforeAll(async () => {
    service = await startService();
    api = await apiOf(service);
  });
  beforeEach(() => service.sandbox.reset());
  afterAll(async () => {
    await api.close();
    await replayAndClose(service);
  });

  it('is in the lists again, with its requests, their times and its task, and can be withdrawn', async () => {
    const dealer = dealerOf(service, 'D-1003');
    const { id } = (await api.start({ account: 'D-1003', integrations: ['crm/dealersocket'] })).body;
    const task = await dealer.task('dealersocket-form');
    await eventually(async () => (await dealer.progress(id, 'crm/dealersocket'))?.state === 'waiting');
    const [before, requests] = [await row(id), await requestsOf(id)];
    if (newRun) await startDealerOver('D-1003');
    await lose(service, id);
    expect((await api.get('reader', `/v1/cancellations/${id}`)).status).toBe(404);

    await adoptOpen('D-1003');
    await eventually(async () => (await dealer.progress(id, 'crm/dealersocket'))?.state === 'waiting');
    expect(await row(id)).toEqual({ ...before, ...asRestored });
    expect(await requestsOf(id)).toEqual(requests.map((one) => ({ ...one, takenAt: one.requestedAt })));
    const listed = await api.get<{ cancellations: { id: string }[] }>('reader', '/v1/cancellations?account=D-1003');
    expect(listed.body.cancellations.map((one) => one.id)).toContain(id);
    expect((await dealer.events(id)).map(({ action }) => action)).toEqual(
      expect.arrayContaining(['Cancellation requested', 'Record restored from the workflow']),
    );
    expect(await dealer.task('dealersocket-form')).toMatchObject({ id: task.id, content: task.content });
    const withdrawal = { reason: 'the customer stays' };
    expect((await api.post('offboarding', `/v1/cancellations/${id}/withdraw`, withdrawal)).status).toBe(202);
    await closed(id);
    expect(await dealer.progress(id, 'crm/dealersocket')).toMatchObject({ state: 'withdrawn' });
    expect(await row(id)).toMatchObject({ withdrawnReason: 'the customer stays', joinable: false });
  });

  it('is in the lists again as soon as anybody does anything for it', async () => {
    const dealer = dealerOf(service, 'D-1403');
    const { id, ended } = await dealer.cancel(['dms/cdk']);
    const task = await dealer.task('cdk-case');
    await eventually(async () => (await dealer.progress(id, 'dms/cdk'))?.state === 'waiting');
    if (newRun) await startDealerOver('D-1403');
    await lose(service, id);
    await dealer.say(task, 'claimTask', { by: 'olivia' });
    await eventually(async () => (await row(id)) && (await requestsOf(id)).length > 0);
    await dealer.withdraw('stays', { of: id });
    await dealer.reinstate();
    expect(await ended()).toEqual({ 'dms/cdk': 'withdrawn' });
    expect(await row(id)).toMatchObject({ state: 'closed', withdrawnReason: 'stays' });
  });

  it('is not begun a second time by the next request, and both have ended when it has', async () => {
    const account = 'D-1701';
    const dealer = dealerOf(service, account);
    const first = await dealer.cancel(['crm/dealersocket']);
    const { id: taskId, submit } = await formOf(service, account);
    if (newRun) await startDealerOver(account);
    await lose(service, first.id);

    const second = await dealer.cancel(['crm/dealersocket']);
    expect(second.id).not.toBe(first.id);
    const progress = (id: string) => dealer.progress(id, 'crm/dealersocket');
    await eventually(async () => (await progress(second.id))?.reason?.includes('it is ended once'));
    expect(await row(first.id)).toMatchObject({ state: 'open', joinable: false });
    if (newRun) await startDealerOver(account);
    await submit();
    for (const { id } of [first, second]) {
      await closed(id);
      expect(await progress(id)).toMatchObject({ state: 'ended' });
    }
    expect((await dealer.tasks()).filter((task) => task.id !== taskId)).toEqual([]);
  });

  it('that is withdrawn then begins nothing for the next request, whose end the team lead is notified of', async () => {
    const account = 'D-1703';
    const dealer = dealerOf(service, account);
    const first = await dealer.cancel(['crm/dealersocket']);
    await dealer.task('dealersocket-form');
    if (newRun) await startDealerOver(account);
    await lose(service, first.id);
    const second = await dealer.cancel(['crm/dealersocket']);
    await eventually(async () => (await dealer.progress(second.id, 'crm/dealersocket'))?.state === 'waiting');
    await dealer.withdraw('stays', { of: first.id });
    for (const { id } of [first, second]) await closed(id);
    expect(await dealer.progress(first.id, 'crm/dealersocket')).toMatchObject({ state: 'withdrawn', reason: 'stays' });
    expect(await dealer.progress(second.id, 'crm/dealersocket')).toMatchObject({
      state: 'not_completed',
      reason: 'another cancellation of the dealer, which was already ending it, was withdrawn: stays',
    });
    await eventually(async () =>
      service.sandbox.smtp.messages.some(
        ({ to, subject }) => to.includes('lena@example.com') && subject.includes(`DealerSocket of dealer ${account}`),
      ),
    );
    expect((await dealer.tasks()).filter(({ state }) => state !== 'closed')).toEqual([]);
  });

  it('is written again before it is closed, with what had ended before', async () => {
    const account = 'D-1002';
    const dealer = dealerOf(service, account);
    const { id, ended } = await dealer.cancel(['crm/dealersocket']);
    const joined = await dealer.cancel(['dms/cdk']);
    expect(joined.id).toBe(id);
    await dealer.done('cdk-case', { caseNumber: 'C-9', terminated: true });
    const handle = service.client.workflow.getHandle(cancellationWorkflowId(account));
    await eventually(async () => (await handle.query<Record<string, string>>('integrations'))['dms/cdk'] === 'ended');
    const { submit } = await formOf(service, account);
    const steps = (await dealer.progress(id, 'dms/cdk'))!.steps;
    if (newRun) await startDealerOver(account);
    await lose(service, id);
    await submit();
    await ended();
    await closed(id);
    expect(await dealer.progress(id, 'dms/cdk')).toMatchObject({ state: 'ended', steps });
    expect(await dealer.progress(id, 'crm/dealersocket')).toMatchObject({ state: 'ended' });
    expect((await requestsOf(id)).map(({ integrations }) => integrations).sort()).toEqual([
      ['crm/dealersocket'],
      ['dms/cdk'],
    ]);
  });

  it('and whose withdrawal it has lost too shows the withdrawal again', async () => {
    const account = 'D-1104';
    const dealer = dealerOf(service, account);
    const { id } = await dealer.cancel(['crm/vinsolutions']);
    await dealer.task('vinsolutions-portal');
    await eventually(async () => (await dealer.progress(id, 'crm/vinsolutions'))?.steps[0]?.state === 'done');
    await dealer.withdraw('came back');
    const task = await dealer.task('reinstate');
    await eventually(async () => (await row(id))?.withdrawnAt);
    const before = await row(id);
    if (newRun) await startDealerOver(account);
    await lose(service, id);
    await adoptOpen(account);
    await eventually(() => row(id));
    expect(await row(id)).toEqual({ ...before, ...asRestored });
    await dealer.say(task, 'claimTask', { by: 'olivia' });
    await dealer.say(task, 'completeTask', { by: 'olivia', answers: { done: true } });
    await closed(id);
    expect(await dealer.progress(id, 'crm/vinsolutions')).toMatchObject({ state: 'withdrawn' });
  });

  it('in part: an integration that has ended is not taken for one whose workflow was stopped', async () => {
    const account = 'D-1503';
    const dealer = dealerOf(service, account);
    const { id } = await dealer.cancel(['crm/elead', 'dms/dealervault']);
    await eventually(async () => (await dealer.progress(id, 'crm/elead'))?.state === 'ended');
    await dealer.task('dealervault-service');
    const handle = service.client.workflow.getHandle(cancellationWorkflowId(account));
    await eventually(async () => (await handle.query<Record<string, string>>('integrations'))['crm/elead'] === 'ended');
    if (newRun) await startDealerOver(account);
    const { cancellationId, integration, version } = cancellationIntegrations;
    const its = and(eq(cancellationId, id), eq(integration, 'crm/elead'));
    const [earlier] = await service.db.select({ version }).from(cancellationIntegrations).where(its);
    await service.db
      .update(cancellationIntegrations)
      .set({ state: 'in_progress', version: earlier!.version - 1_000 })
      .where(its);
    // Maintenance notices it too.
    await adoptOpen(account);
    await eventually(async () => (await dealer.progress(id, 'crm/elead'))?.state === 'ended');
    for (const feed of ['sales', 'service']) await dealer.done(`dealervault-${feed}`, { deactivated: true });
    await closed(id);
    expect(await dealer.progress(id, 'crm/elead')).toMatchObject({ state: 'ended', steps: [{ state: 'done' }] });
    expect(mailsOf('555503')).toBe(1);
  });

  it('in part: the row of an integration whose workflow waits is written again', async () => {
    const account = 'D-1404';
    const dealer = dealerOf(service, account);
    const { id } = await dealer.cancel(['dms/cdk']);
    await dealer.task('cdk-case');
    const progress = () => dealer.progress(id, 'dms/cdk');
    await eventually(async () => (await progress())?.state === 'waiting');
    if (newRun) await startDealerOver(account);
    await service.db.delete(cancellationIntegrations).where(eq(cancellationIntegrations.cancellationId, id));
    await adoptOpen(account);
    await eventually(async () => (await progress())?.state === 'waiting');
    await dealer.withdraw('stays', { of: id });
    await closed(id);
  });

  it('and that no workflow of the dealer knows: the next request, withdrawn, does not undo what it ends', async () => {
    const account = 'D-1004';
    const dealer = dealerOf(service, account);
    const first = await dealer.cancel(['crm/dealersocket']);
    const { submit } = await formOf(service, account);
    await service.client.workflow.getHandle(cancellationWorkflowId(account)).terminate('by mistake');
    await lose(service, first.id);
    const second = await dealer.cancel(['crm/dealersocket']);
    await eventually(async () => (await requestsOf(second.id))[0]?.takenAt);
    if (newRun) await startDealerOver(account);
    await dealer.withdraw('stays', { of: second.id });
    await submit();
    await closed(second.id);
    expect(await dealer.progress(second.id, 'crm/dealersocket')).toMatchObject({ state: 'withdrawn' });
    expect((await dealer.tasks()).filter(({ kind }) => kind === 'reinstate')).toEqual([]);
  });

  it('in part: requests that it shows as not taken do not keep the cancellation open', async () => {
    const account = 'D-1402';
    const dealer = dealerOf(service, account);
    const { id, ended } = await dealer.cancel(['dms/cdk']);
    await dealer.cancel(['dms/cdk']);
    await eventually(async () => (await requestsOf(id)).filter(({ takenAt }) => takenAt).length === 2);
    if (newRun) await startDealerOver(account);
    const requestIds = (await requestsOf(id)).map(({ requestId }) => requestId);
    await service.db
      .update(cancellationRequests)
      .set({ takenAt: null })
      .where(inArray(cancellationRequests.requestId, requestIds));
    await dealer.done('cdk-case', { caseNumber: 'C-9', terminated: true });
    await ended();
    await closed(id);
    expect((await requestsOf(id)).every(({ takenAt }) => takenAt !== null)).toBe(true);
  });
});
