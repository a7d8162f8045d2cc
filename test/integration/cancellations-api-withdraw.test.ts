import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { serviceForFile } from '../support/serviceForFile.ts';
import { type ProblemBody, viewsOf } from '../support/views.ts';

const { api, service } = await serviceForFile();
const { view, openTask, closed } = viewsOf(api);

describe('withdrawing a cancellation', () => {
  it('closes its tasks, rejects late completions and a second withdrawal, and opens the reinstate task', async () => {
    const { body } = await api.start({ account: 'D-1103' });
    const task = await openTask('D-1103', 'vinsolutions-portal');
    await eventually(async () => (await view(body.id)).integrations[0]?.steps[0]?.state === 'done');
    await api.post('olivia', `/v1/tasks/${task.id}/claim`);
    expect(
      (await api.post<ProblemBody>('offboarding', `/v1/cancellations/${body.id}/withdraw`, {})).body.errors,
    ).toMatchObject([{ path: '/reason' }]);
    expect(await api.post('offboarding', `/v1/cancellations/${body.id}/withdraw`, { reason: 'stays' })).toMatchObject({
      status: 202,
      headers: { location: `/v1/cancellations/${body.id}` },
      body: { id: body.id, next: expect.stringContaining(`GET /v1/cancellations/${body.id} shows it`) },
    });
    await eventually(
      async () => (await api.get<{ state: string }>('reader', `/v1/tasks/${task.id}`)).body.state === 'closed',
    );
    const late = await api.post<ProblemBody>('olivia', `/v1/tasks/${task.id}/complete`, {
      answers: { ticketNumber: 'T-1', done: true },
    });
    expect(late).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('the cancellation was withdrawn') },
    });
    expect(await api.post('offboarding', `/v1/cancellations/${body.id}/withdraw`, { reason: 'again' })).toMatchObject({
      status: 409,
      body: { type: '/problems/already-withdrawn' },
    });
    const again = await openTask('D-1103', 'reinstate');
    await api.post('oscar', `/v1/tasks/${again.id}/claim`);
    await api.post('oscar', `/v1/tasks/${again.id}/complete`, { answers: { done: true } });
    expect(await closed(body.id)).toMatchObject({ withdrawalReason: 'stays', integrations: [{ state: 'withdrawn' }] });
  });

  it('rejects an integration that the cancellation does not have', async () => {
    const { body } = await api.start({ account: 'D-1703', integrations: ['crm/dealersocket'] });
    const integrations = ['crm/dealersocket', 'crm/elead'];
    const url = `/v1/cancellations/${body.id}/withdraw`;
    expect(await api.post('offboarding', url, { reason: 'stays', integrations })).toMatchObject({
      status: 422,
      body: { type: '/problems/no-such-integration', errors: [{ path: '/integrations/1' }] },
    });
    expect(await api.post('offboarding', url, { reason: 'stays', integrations: ['crm/dealersocket'] })).toMatchObject({
      status: 202,
    });
    await eventually(async () => (await view(body.id)).integrations[0]?.state === 'withdrawn');
  });

  it('works after every integration has ended', async () => {
    const { body } = await api.start({ account: 'D-1204' });
    await closed(body.id);
    expect(
      await api.post('offboarding', `/v1/cancellations/${body.id}/withdraw`, { reason: 'came back' }),
    ).toMatchObject({ status: 202 });
    const again = await openTask('D-1204', 'reinstate');
    await api.post('oscar', `/v1/tasks/${again.id}/claim`);
    expect(await api.post('oscar', `/v1/tasks/${again.id}/complete`, { answers: { done: true } })).toMatchObject({
      status: 200,
    });
    await eventually(async () => (await view(body.id)).integrations[0]?.state === 'withdrawn');
  });
});

describe('what a withdrawal would do is announced exactly:', () => {
  const effects = (of: object = {}) => ({ stopped: [], done: [], unknown: [], running: [], ...of });
  const withdraw = (id: string) => api.post('offboarding', `/v1/cancellations/${id}/withdraw`, { reason: 'stays' });
  const form = 'Submit the DealerSocket cancellation form';

  it('nothing to reinstate while nobody has claimed the form', async () => {
    const { body } = await api.start({ account: 'D-1001', integrations: ['crm/dealersocket'] });
    await openTask('D-1001', 'dealersocket-form');
    const [one] = (await view(body.id)).integrations;
    expect(one).toMatchObject({ reinstating: false, ifWithdrawn: effects({ stopped: [form] }) });
    await withdraw(body.id);
    expect(await closed(body.id)).toMatchObject({
      standing: { state: 'withdrawn', reinstating: false },
      integrations: [{ state: 'withdrawn', ifWithdrawn: null }],
      tasks: [{ kind: 'dealersocket-form', state: 'closed' }],
    });
  });

  it('a check of the form once somebody has claimed it, also after they released it', async () => {
    const { body } = await api.start({ account: 'D-1002', integrations: ['crm/dealersocket'] });
    const task = await openTask('D-1002', 'dealersocket-form');
    for (const action of ['claim', 'release']) {
      await api.post('olivia', `/v1/tasks/${task.id}/${action}`);
      const announced = effects({ stopped: [form], unknown: [{ step: 'dealersocket-form', title: form }] });
      expect((await view(body.id)).integrations, action).toMatchObject([{ ifWithdrawn: announced }]);
    }
    await withdraw(body.id);
    const reinstate = await openTask('D-1002', 'reinstate');
    expect(reinstate.content.instructions[0]).toBe(`Check whether this was done, and undo it if it was: "${form}".`);
  });

  it('what was done is undone, and the cancellation counts as withdrawn while that is going on', async () => {
    const listed = async (state: string) => {
      const path = `/v1/cancellations?state=${state}&limit=100`;
      const { body } = await api.get<{ cancellations: { id: string }[] }>('reader', path);
      return body.cancellations.map(({ id }) => id);
    };
    const counts = async () => {
      const { body } = await api.get<{ cancellations: { states: Record<string, number> } }>('reader', '/v1/overview');
      return body.cancellations.states;
    };
    const { body } = await api.start({ account: 'D-1201' });
    await closed(body.id);
    const title = 'Mail the cancellation request to Elead';
    const [elead] = (await view(body.id)).integrations;
    expect(elead!.ifWithdrawn).toEqual(effects({ done: [{ step: 'elead-mail', title, isAutomatic: false }] }));
    await withdraw(body.id);
    const reinstate = await openTask('D-1201', 'reinstate');
    expect(reinstate.content.instructions[0]).toBe(`Undo what was done: "${title}" was completed.`);
    const reinstating = await eventually(async () => {
      const now = await view(body.id);
      return now.standing.reinstating ? now : null;
    });
    expect(reinstating).toMatchObject({
      state: 'open',
      standing: { state: 'withdrawn', reinstating: true },
      integrations: [{ state: 'withdrawn', reinstating: true, ifWithdrawn: null }],
    });
    expect(await listed('withdrawn')).toContain(body.id);
    expect(await listed('waiting')).not.toContain(body.id);
    for (const state of ['withdrawn', 'waiting']) expect((await counts())[state]).toBe((await listed(state)).length);
  });
});

it('a withdrawal that arrives before a worker has begun the cancellation is not lost', async () => {
  await service.stopWorker();
  const { body } = await api.start({ account: 'D-1402' });
  const withdraw = `/v1/cancellations/${body.id}/withdraw`;
  expect((await api.post('offboarding', withdraw, { reason: 'stays' })).status).toBe(202);
  await service.startWorker();
  expect((await closed(body.id)).integrations).toMatchObject([{ integration: 'dms/cdk', state: 'withdrawn' }]);
});
