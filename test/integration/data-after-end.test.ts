import { createHash, randomUUID } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { createKey } from '../../db/queries/keys.ts';
import { cancellationIntegrations, dataArrivals } from '../../db/schema/cancellations.ts';
import { apiOf } from '../support/api.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { serviceForFile } from '../support/serviceForFile.ts';

const { service, api } = await serviceForFile({ dataAfterEndGraceDays: 2 });

let key: string;
beforeAll(async () => {
  ({ key } = await createKey(service.db, { name: 'gateway', scopes: ['data:report'], requestsPerMinute: 10_000 }));
});

interface Answer {
  outcome: string;
  reason?: string;
}

async function report(body: Record<string, unknown>, of = api) {
  const payload = { integration: 'crm/elead', kind: 'file', recordKey: randomUUID(), ...body };
  const headers = { authorization: `Bearer ${key}` };
  const { statusCode, json } = await of.app.inject({
    method: 'POST',
    url: '/v1/cancellations/data-after-end',
    headers,
    payload: { receivedAt: new Date().toISOString(), ...payload },
  });
  return { status: statusCode, body: json<Answer & { detail: string; type: string; errors?: { path: string }[] }>() };
}

/** A dealer whose integration with Elead ended so many days ago. */
async function endedDealer(account: string, dealerId: string, daysAgo = 10) {
  const dealer = dealerOf(service, account);
  const { id, ended } = await dealer.cancel(['crm/elead'], { dealerIds: { 'crm/elead': dealerId } });
  expect(await ended()).toEqual({ 'crm/elead': 'ended' });
  const [row] = await service.db
    .select()
    .from(cancellationIntegrations)
    .where(eq(cancellationIntegrations.cancellationId, id));
  const endedAt = new Date(Date.now() - daysAgo * 86_400_000).toISOString();
  await service.db
    .update(cancellationIntegrations)
    .set({ steps: row!.steps.map((step) => ({ ...step, endedAt })) })
    .where(eq(cancellationIntegrations.cancellationId, id));
  return { dealer, id };
}

const tasksOf = async (dealer: ReturnType<typeof dealerOf>) =>
  (await dealer.tasks()).filter(({ kind }) => kind === 'data-after-end');
const reported = { status: 202, body: { outcome: 'reported' } };
const ignored = (reason: string) => ({
  status: 202,
  body: { outcome: 'ignored', reason: expect.stringContaining(reason) },
});

describe('data that arrives after the end', () => {
  it('opens one task, counts what else arrives, and ends with what a person found', async () => {
    const { dealer, id } = await endedDealer('D-1201', '555301');
    expect(await report({ dealerId: '555301', source: 'elead-daily' })).toMatchObject(reported);
    const task = await dealer.task('data-after-end');
    expect(task).toMatchObject({ team: 'ops', subject: id, integration: 'crm/elead' });
    const soFar = async () => {
      const [open] = await tasksOf(dealer);
      return Object.fromEntries(open!.content.texts.map(({ label, value }) => [label, value]));
    };
    expect(await soFar()).toMatchObject({ 'Arrived so far': '1 file', Where: 'elead-daily' });

    const again = { account: 'D-1201', kind: 'record', recordKey: 'record-1' };
    expect(await report(again)).toMatchObject(reported);
    expect(await report(again)).toMatchObject(reported);
    for (let n = 2; n <= 20; n += 1) await report({ dealerId: '555301', kind: 'record', recordKey: `record-${n}` });
    await eventually(async () => (await soFar())['Arrived so far'] === '1 file, 20 records');
    expect(await tasksOf(dealer)).toHaveLength(1);
    const kept = await service.db.select({ keyHash: dataArrivals.keyHash }).from(dataArrivals);
    expect(kept.filter((one) => /^[0-9a-f]{64}$/.test(one.keyHash))).toHaveLength(21);

    await dealer.done('data-after-end', {
      outcome: 'ended_now',
      action: 'Elead closed it at 14:30,\n100% of the feeds',
    });
    const actions = (await dealer.events(id)).map(({ action }) => action);
    expect(actions).toContainEqual(expect.stringMatching(/^Task done: Data still arrives from Elead/));
    expect(await report({ dealerId: '555301' })).toMatchObject(ignored('within 2 days after the last answer'));
  });

  it('is ignored within the grace period, for an integration that is in progress, and for one nobody knows', async () => {
    await endedDealer('D-1202', '555302', 1);
    expect(await report({ dealerId: '555302' })).toMatchObject(ignored('within 2 days after the end'));
    await dealerOf(service, 'D-1003').cancel(['crm/dealersocket']);
    await dealerOf(service, 'D-1003').task('dealersocket-form');
    expect(await report({ integration: 'crm/dealersocket', account: 'D-1003' })).toMatchObject(
      ignored('has not ended'),
    );
    expect(await report({ account: 'D-1504' })).toMatchObject(ignored('no cancellation'));
    expect(await report({ dealerId: '999' })).toMatchObject(ignored('no cancellation'));
  });

  it('is ignored when the integration is reinstated, and the task that is open then closes when it is claimed', async () => {
    const { dealer, id } = await endedDealer('D-1204', '555304');
    expect(await report({ account: 'D-1204' })).toMatchObject(reported);
    const { id: taskId } = await dealer.task('data-after-end');
    await dealer.withdraw('came back', { of: id });
    await dealer.done('reinstate', { done: true });
    await eventually(async () => (await dealer.progress(id, 'crm/elead'))?.state === 'withdrawn');
    expect(await report({ account: 'D-1204' })).toMatchObject(ignored('withdrawn'));
    expect(await api.post('olivia', `/v1/tasks/${taskId}/claim`)).toMatchObject({ status: 409 });
    await eventually(async () => (await tasksOf(dealer))[0]?.state === 'closed');
  });

  it('is ignored when the dealer has a new integration, by its ID or by what CST knows', async () => {
    const { dealer } = await endedDealer('D-1503', '555503');
    expect(await report({ account: 'D-1503', dealerId: '555999' })).toMatchObject(ignored('a new integration'));
    service.sandbox.state.accounts.get('D-1503')!.integrations = [{ kind: 'crm', vendor: 'elead', dealerId: '555999' }];
    expect(await report({ account: 'D-1503', recordKey: 'of-the-new-one' })).toMatchObject(reported);
    const keyHash = createHash('sha256').update('of-the-new-one').digest('hex');
    const workflowId = `cancellation/data-after-end/report/crm/elead/${keyHash.slice(0, 32)}`;
    expect(await service.client.workflow.getHandle(workflowId).result()).toEqual([]);
    expect(await tasksOf(dealer)).toEqual([]);
  });

  it('names what is wrong with a report', async () => {
    const wrong: [Record<string, unknown>, string][] = [
      [{}, '/dealerId'],
      [{ account: 'D-1201', integration: 'crm/other' }, '/integration'],
      [{ account: 'D-1201', recordKey: '' }, '/recordKey'],
      [{ account: 'D-1201', receivedAt: '2999-01-01T00:00:00Z' }, '/receivedAt'],
      [{ account: 'D-1201', kind: 'rumor' }, '/kind'],
    ];
    for (const [body, path] of wrong) {
      const answer = await report(body);
      expect([answer.status, answer.body.errors?.map((one) => one.path)]).toEqual([400, [path]]);
    }
  });

  it('needs the scope data:report, and the setting', async () => {
    expect(await api.post('offboarding', '/v1/cancellations/data-after-end')).toMatchObject({ status: 403 });
    const off = await apiOf(service, { cancellations: { inactiveStatuses: [] } });
    expect(await report({ account: 'D-1201' }, off)).toMatchObject({
      status: 409,
      body: { type: '/problems/not-configured', detail: expect.stringContaining('DATA_AFTER_END_GRACE_DAYS') },
    });
    await off.close();
  });

  it('keeps its task when the cancellation ends with another integration', async () => {
    const dealer = dealerOf(service, 'D-1503');
    const { id, ended } = await dealer.cancel(['crm/elead', 'dms/dealervault']);
    await eventually(async () => (await dealer.progress(id, 'crm/elead'))?.state === 'ended');
    const row = await dealer.progress(id, 'crm/elead');
    const endedAt = new Date(Date.now() - 10 * 86_400_000).toISOString();
    await service.db
      .update(cancellationIntegrations)
      .set({ steps: row!.steps.map((step) => ({ ...step, endedAt })) })
      .where(
        and(eq(cancellationIntegrations.cancellationId, id), eq(cancellationIntegrations.integration, 'crm/elead')),
      );
    expect(await report({ account: 'D-1503' })).toMatchObject(reported);
    const { id: taskId } = await dealer.task('data-after-end');
    for (const kind of ['dealervault-sales', 'dealervault-service']) await dealer.done(kind, { deactivated: true });
    expect(await ended()).toEqual({ 'crm/elead': 'ended', 'dms/dealervault': 'ended' });
    expect(await tasksOf(dealer)).toMatchObject([{ id: taskId, state: 'open' }]);
    await dealer.done('data-after-end', { outcome: 'ended_now', action: 'Elead has closed the feed' });
  });
});
