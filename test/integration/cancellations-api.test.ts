import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancellationRequests, cancellations, idempotencyKeys, tasks } from '../../db/schema.ts';
import { apiOf, type TestApi } from '../support/api.ts';
import { eventually } from '../support/eventually.ts';
import { startService, type TestService } from '../support/service.ts';

let service: TestService;
let api: TestApi;
beforeAll(async () => {
  service = await startService();
  api = await apiOf(service);
});
afterAll(async () => {
  await api?.close();
  await service?.close();
});

interface View {
  id: string;
  state: string;
  withdrawalReason: string | null;
  integrations: {
    integration: string;
    state: string;
    webUi: string;
    reason: string | null;
    steps: { step: string; state: string; by?: string; proof?: string; waitingOn?: string; taskId?: string }[];
  }[];
  tasks: { id: string; kind: string; state: string }[];
}
interface TaskList {
  tasks: {
    id: string;
    kind: string;
    account: string;
    state: string;
    assignee: string | null;
    dueAt: string;
    content: { texts: { label: string; value: string }[] };
  }[];
  nextCursor: string | null;
}
interface ProblemBody {
  type: string;
  title: string;
  detail: string;
  errors?: { path: string; message: string }[];
}

const view = async (id: string) => (await api.get<View>('reader', `/v1/cancellations/${id}`)).body;
const openTask = (account: string, kind: string) =>
  eventually(async () =>
    (await api.get<TaskList>('olivia', `/v1/tasks?account=${account}`)).body.tasks.find((task) => task.kind === kind),
  );
const closed = (id: string) => eventually(async () => ((await view(id)).state === 'closed' ? view(id) : null));

describe('starting', () => {
  it('answers 202 with ID and address, and the same call again the same', async () => {
    const key = randomUUID();
    const first = await api.start({ account: 'D-1003' }, key);
    expect(first).toMatchObject({
      status: 202,
      body: { account: 'D-1003', state: 'open', integrations: ['crm/dealersocket'] },
    });
    expect(first.headers.location).toBe(`/v1/cancellations/${first.body.id}`);
    const again = await api.start({ account: 'D-1003' }, key);
    expect(again).toMatchObject({ status: 202, body: first.body });
    expect(again.headers['idempotency-replayed']).toBe('true');
    const other = await api.start({ account: 'D-1004' }, key);
    expect(other).toMatchObject({ status: 422, body: { type: '/problems/idempotency-key-reused' } });
  });

  it('joins what is under way', async () => {
    const first = await api.start({ account: 'D-1002', integrations: ['crm/dealersocket'] });
    const second = await api.start({ account: 'D-1002' });
    expect(second.body.id).toBe(first.body.id);
    await openTask('D-1002', 'cdk-case');
    await openTask('D-1002', 'dealersocket-form');
    expect((await view(first.body.id)).tasks.filter((task) => task.kind === 'dealersocket-form')).toHaveLength(1);
  });

  it('takes 50 equal calls at once for one', async () => {
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 50 }, () => api.start({ account: 'D-1701' }, key)));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([202]));
    expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
    const requests = await service.db.select().from(cancellationRequests);
    expect(requests.filter((request) => request.cancellationId === answers[0]!.body.id)).toHaveLength(1);
  });

  it('refuses clearly, and the key is free again', async () => {
    const cases: [Record<string, unknown>, number, string, string][] = [
      [{ account: 'D-9999' }, 422, 'unknown-account', '/account'],
      [
        { account: 'D-1801' },
        422,
        'unknown-vendor',
        'crm/dealersocket, crm/vinsolutions, crm/elead, crm/reynolds, dms/cdk, dms/dealervault, dms/reynolds',
      ],
      [{ account: 'D-1003', integrations: ['crm/leadpilot'] }, 400, 'invalid-request', 'is not a vendor we know'],
      [{ account: 'D-1003', integrations: ['dms/cdk'] }, 422, 'no-such-integration', '/integrations/0'],
      [{ account: 'D-1003', reason: 'vendor_change' }, 400, 'invalid-request', '/integration'],
      [{ account: 'no/slash' }, 400, 'invalid-request', '/account'],
      [{ account: 'D-1003', colour: 'red' }, 400, 'invalid-request', 'colour'],
      [{ account: 'P-100' }, 422, 'no-such-integration', 'none'],
    ];
    const key = randomUUID();
    for (const [body, status, type, words] of cases) {
      const answer = await api.start(body, key);
      expect([body, answer.status, (answer.body as unknown as ProblemBody).type]).toEqual([
        body,
        status,
        `/problems/${type}`,
      ]);
      expect(answer.text).toContain(words);
      expect(answer.headers['content-type']).toContain('application/problem+json');
    }
    expect((await service.db.select().from(idempotencyKeys)).filter((row) => row.key === key)).toEqual([]);
    const missing = await api.post<ProblemBody>('offboarding', '/v1/cancellations', {
      account: 'D-1003',
      reason: 'subscription_cancelled',
    });
    expect(missing).toMatchObject({ status: 400, body: { detail: expect.stringContaining('idempotency-key') } });
  });

  it('a dry run tells the steps per vendor and changes nothing', async () => {
    const before = await service.db.select().from(cancellations);
    const answer = await api.start({ account: 'D-1102', dryRun: true });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        dryRun: true,
        integrations: [
          {
            integration: 'crm/vinsolutions',
            outcome: 'starts at once',
            steps: [
              { step: 'vin-event-stream', by: 'dealerops' },
              { step: 'vinsolutions-portal', by: 'a person' },
            ],
          },
          { integration: 'dms/dealervault', outcome: 'does not proceed: the Effective Status of P-200 is Active' },
        ],
      },
    });
    expect(await service.db.select().from(cancellations)).toHaveLength(before.length);
    expect(
      (await api.get<{ cancellations: unknown[] }>('reader', '/v1/cancellations?account=D-1102')).body.cancellations,
    ).toEqual([]);
  });

  it('a dry run tells what is under way already and would be joined', async () => {
    const { body } = await api.start({ account: 'D-1702', integrations: ['crm/vinsolutions'] });
    await openTask('D-1702', 'vinsolutions-portal');
    expect(await api.start({ account: 'D-1702', dryRun: true })).toMatchObject({
      body: {
        integrations: [
          { outcome: `joins the cancellation ${body.id}, in which it is under way` },
          { integration: 'dms/dealervault', outcome: expect.not.stringContaining('joins') },
        ],
      },
    });
  });

  it('a batch has an answer for each, and the same batch again the same answers', async () => {
    const items = [
      { account: 'D-1302', reason: 'subscription_cancelled' },
      { account: 'D-9999', reason: 'subscription_cancelled' },
      { account: 'D-1601', reason: 'vendor_change', integration: 'dms/reynolds' },
      { nonsense: true },
    ];
    const headers = { 'idempotency-key': randomUUID() };
    const post = () =>
      api.post<{ items: { status: number; started?: { id: string }; problem?: ProblemBody }[] }>(
        'offboarding',
        '/v1/cancellations/batch',
        { items },
        headers,
      );
    const first = await post();
    expect(first.body.items.map((item) => item.status)).toEqual([202, 422, 202, 400]);
    expect(first.body.items[1]?.problem?.type).toBe('/problems/unknown-account');
    expect((await post()).body).toEqual(first.body);
    expect(await closed(first.body.items[0]!.started!.id)).toMatchObject({ integrations: [{ state: 'ended' }] });
    const tooMany = await api.post<ProblemBody>(
      'offboarding',
      '/v1/cancellations/batch',
      { items: Array(1_001).fill({}) },
      headers,
    );
    expect(tooMany).toMatchObject({ status: 400, body: { errors: [{ path: '/items' }] } });
  });
});

describe('a task', () => {
  it('is listed, claimed, finished and shown with its proof', async () => {
    const { body } = await api.start({ account: 'D-1104' });
    const task = await openTask('D-1104', 'vinsolutions-portal');
    expect(task.content.texts).toContainEqual({ label: 'Description', value: 'Please cancel eventing for 555204' });
    expect(new Date(task.dueAt).getTime()).toBeGreaterThan(Date.now() + 86_400_000);

    const early = await api.post<ProblemBody>('olivia', `/v1/tasks/${task.id}/complete`, {
      answers: { ticketNumber: 'T-1', done: true },
    });
    expect(early).toMatchObject({ status: 409, body: { type: '/problems/wrong-state' } });
    expect(await api.post('olivia', `/v1/tasks/${task.id}/claim`)).toMatchObject({
      status: 200,
      body: { state: 'claimed', assignee: 'olivia' },
    });
    expect(await api.post('oscar', `/v1/tasks/${task.id}/claim`)).toMatchObject({
      status: 409,
      body: { type: '/problems/claimed-by-another' },
    });
    const incomplete = await api.post<ProblemBody>('olivia', `/v1/tasks/${task.id}/complete`, {
      answers: { done: true },
    });
    expect(incomplete).toMatchObject({
      status: 422,
      body: { type: '/problems/bad-answers', errors: [{ path: '/answers/ticketNumber' }] },
    });
    const mine = await api.get<TaskList>('olivia', '/v1/tasks?assignee=me&state=claimed&integration=crm/vinsolutions');
    expect(mine.body.tasks.map((one) => one.id)).toEqual([task.id]);

    const completions = await Promise.all(
      Array.from({ length: 10 }, () =>
        api.post<ProblemBody>('olivia', `/v1/tasks/${task.id}/complete`, {
          answers: { ticketNumber: 'T-9', done: true },
        }),
      ),
    );
    expect(completions.map((one) => one.status)).toEqual(Array(10).fill(200));

    const done = await closed(body.id);
    const again = (who: 'olivia' | 'oscar', answers: object) =>
      api.post<ProblemBody>(who, `/v1/tasks/${task.id}/complete`, { answers });
    expect(await again('olivia', { done: true, ticketNumber: 'T-9' })).toMatchObject({
      status: 200,
      body: { state: 'done' },
    });
    const alreadyDone = { status: 409, body: { detail: expect.stringContaining('already done by olivia') } };
    expect(await again('olivia', { ticketNumber: 'T-10', done: true })).toMatchObject(alreadyDone);
    expect(await again('oscar', { ticketNumber: 'T-9', done: true })).toMatchObject(alreadyDone);
    expect(done.integrations[0]).toMatchObject({
      state: 'ended',
      steps: [{ state: 'done' }, { state: 'done', by: 'olivia', proof: 'ticket T-9' }],
    });
    expect(done.integrations[0]!.webUi).toContain('/workflows/cancellation%2Fcrm%2Fvinsolutions%2FD-1104/');
  });

  it('that must not be begun, since the account is Active again, says so', async () => {
    await api.start({ account: 'D-1402' });
    const { id } = await openTask('D-1402', 'cdk-case');
    const account = service.sandbox.state.accounts.get('D-1402')!;
    const before = account.effectiveStatus;
    account.effectiveStatus = 'Active';
    expect(await api.post('olivia', `/v1/tasks/${id}/claim`)).toMatchObject({
      status: 409,
      body: { type: '/problems/account-active' },
    });
    account.effectiveStatus = before;
  });

  it('that cannot be done is a lead’s', async () => {
    await api.start({ account: 'D-1703', integrations: ['crm/dealersocket'] });
    const { id } = await openTask('D-1703', 'dealersocket-form');
    await api.post('olivia', `/v1/tasks/${id}/claim`);
    expect(await api.post('olivia', `/v1/tasks/${id}/cannot-do`, { reason: 'no access' })).toMatchObject({
      status: 200,
      body: { state: 'with_lead' },
    });
    expect(await api.post('oscar', `/v1/tasks/${id}/assign`, { to: 'oscar' })).toMatchObject({
      status: 403,
      body: { type: '/problems/leads-only' },
    });
    expect(await api.post('oscar', `/v1/tasks/${id}/send-back`, { note: 'x' })).toMatchObject({
      status: 403,
      body: { type: '/problems/leads-only' },
    });
    expect(await api.post('lena', `/v1/tasks/${id}/assign`, { to: 'nobody' })).toMatchObject({
      status: 422,
      body: { type: '/problems/unknown-person' },
    });
    expect(await api.post('lena', `/v1/tasks/${id}/assign`, { to: 'oscar' })).toMatchObject({
      status: 200,
      body: { state: 'open', assignee: 'oscar' },
    });
    await api.post('oscar', `/v1/tasks/${id}/claim`);
    expect(await api.post('oscar', `/v1/tasks/${id}/release`)).toMatchObject({
      status: 200,
      body: { state: 'open', assignee: null },
    });
    expect(
      await api.post('lena', `/v1/tasks/${id}/end-as-not-done`, { reason: 'ended by DealerSocket itself' }),
    ).toMatchObject({ status: 200, body: { state: 'not_done' } });
    expect(await api.post('admin', `/v1/tasks/${id}/claim`)).toMatchObject({
      status: 403,
      body: { type: '/problems/not-a-person' },
    });
    expect(await api.post('oscar', `/v1/tasks/${id}/claim`)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('ended as not done by lena') },
    });
  });

  it('list is paged by cursor, by due date', async () => {
    const all: string[] = [];
    let cursor = '';
    do {
      const { body } = await api.get<TaskList>('reader', `/v1/tasks?limit=2${cursor && `&cursor=${cursor}`}`);
      all.push(...body.tasks.map((task) => task.id));
      cursor = body.nextCursor ?? '';
    } while (cursor);
    const { body } = await api.get<TaskList>('reader', '/v1/tasks?limit=100');
    expect(all).toEqual(body.tasks.map((task) => task.id));
    expect(body.tasks.map((task) => task.dueAt)).toEqual(body.tasks.map((task) => task.dueAt).sort());
    expect((await api.get<ProblemBody>('reader', '/v1/tasks?cursor=abc')).status).toBe(400);
    expect((await api.get<TaskList>('reader', '/v1/tasks?overdue=true')).body.tasks).toEqual([]);
  });
});

describe('paging', () => {
  /** The IDs of all pages of two, in their order. */
  async function idsByPages(path: string, list: 'cancellations' | 'tasks'): Promise<string[]> {
    const ids: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body }: { body: Record<typeof list, { id: string }[]> & { nextCursor: string | null } } = await api.get(
        'reader',
        `${path}&limit=2${cursor && `&cursor=${cursor}`}`,
      );
      ids.push(...body[list].map(({ id }) => id));
      cursor = body.nextCursor;
    }
    return ids;
  }

  it('loses none of those that began, or are due, in the same millisecond', async () => {
    const account = 'E-PAGED';
    const at = (microseconds: number) => sql`${`2026-03-01T12:00:00.123${microseconds}Z`}::timestamptz`;
    const made: string[] = [];
    for (const microseconds of [900, 100, 500, 300, 700]) {
      const id = randomUUID();
      made.push(id);
      await service.db.insert(cancellations).values({
        ...{ id, account, reason: 'vendor_change', state: 'closed', requestedBy: 'test', startedAt: at(microseconds) },
      } as never);
      await service.db.insert(tasks).values({
        ...{ id, account, workflowId: 'w', kind: 'cdk-case', integration: 'dms/cdk', state: 'done' },
        content: { title: 'A task', instructions: [], texts: [], fields: [] },
        ...{ openedAt: new Date(), dueAt: at(microseconds), version: 1 },
      } as never);
    }
    const ids = await idsByPages(`/v1/cancellations?account=${account}`, 'cancellations');
    expect(ids.slice().sort()).toEqual(made.slice().sort());
    const taskIds = await idsByPages(`/v1/tasks?state=done&account=${account}`, 'tasks');
    expect(taskIds.slice().sort()).toEqual(made.slice().sort());
  });
});

describe('withdrawing', () => {
  it('closes tasks, refuses late completions and a second withdrawal, and makes the task to set up again', async () => {
    const { body } = await api.start({ account: 'D-1103' });
    const task = await openTask('D-1103', 'vinsolutions-portal');
    await eventually(async () => (await view(body.id)).integrations[0]?.steps[0]?.state === 'done');
    await api.post('olivia', `/v1/tasks/${task.id}/claim`);
    expect(
      (await api.post<ProblemBody>('offboarding', `/v1/cancellations/${body.id}/withdraw`, {})).body.errors,
    ).toMatchObject([{ path: '/reason' }]);
    expect(await api.post('offboarding', `/v1/cancellations/${body.id}/withdraw`, { reason: 'stays' })).toMatchObject({
      status: 202,
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
    const again = await openTask('D-1103', 'set-up-again');
    await api.post('oscar', `/v1/tasks/${again.id}/claim`);
    await api.post('oscar', `/v1/tasks/${again.id}/complete`, { answers: { done: true } });
    expect(await closed(body.id)).toMatchObject({ withdrawalReason: 'stays', integrations: [{ state: 'withdrawn' }] });
  });

  it('of what the cancellation does not have is refused', async () => {
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

  it('works when all has ended', async () => {
    const { body } = await api.start({ account: 'D-1204' });
    await closed(body.id);
    expect(
      await api.post('offboarding', `/v1/cancellations/${body.id}/withdraw`, { reason: 'came back' }),
    ).toMatchObject({ status: 202 });
    const again = await openTask('D-1204', 'set-up-again');
    await api.post('oscar', `/v1/tasks/${again.id}/claim`);
    expect(await api.post('oscar', `/v1/tasks/${again.id}/complete`, { answers: { done: true } })).toMatchObject({
      status: 200,
    });
    await eventually(async () => (await view(body.id)).integrations[0]?.state === 'withdrawn');
  });
});

it('lists what is open, and what is closed', async () => {
  const list = async (query: string) => {
    const { body } = await api.get<{ cancellations: { state: string }[] }>('reader', `/v1/cancellations?${query}`);
    return new Set(body.cancellations.map(({ state }) => state));
  };
  expect(await list('limit=100')).toEqual(new Set(['open', 'closed']));
  expect(await list('limit=100&open=true')).toEqual(new Set(['open']));
  expect(await list('limit=100&open=false')).toEqual(new Set(['closed']));
});

describe('the audit record', () => {
  it('has everything, as JSON and as a page to print', async () => {
    const { body } = await api.start({ account: 'D-1301' });
    await closed(body.id);
    const json = await api.get<{ events: { what: string }[]; integrations: unknown[] }>(
      'reader',
      `/v1/cancellations/${body.id}/report`,
    );
    expect(json.body.events.map((event) => event.what)).toContain('Cancellation requested');
    expect(json.body.integrations).toHaveLength(2);
    const page = await api.call('reader', 'GET', `/v1/cancellations/${body.id}/report`, {
      headers: { accept: 'text/html' },
    });
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.text).toContain('Reynolds &amp; Reynolds direct');
    expect(page.text).not.toContain('<script');
    expect((await api.get('reader', `/v1/cancellations/${randomUUID()}`)).status).toBe(404);
  });
});
