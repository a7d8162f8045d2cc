import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mailRejection } from '../../db/queries/outbox.ts';
import type { SmtpFault } from '../../sandbox/shared/faults.ts';
import { apiOf, type TestApi } from '../support/api.ts';
import { eventually } from '../support/eventually.ts';
import { replayAndClose } from '../support/replay.ts';
import { startService, type TestService } from '../support/service.ts';
import { manyDealers } from './dealers.ts';
import { playUntilClosed, startSurely } from './people.ts';

/** CST and the mail server answer badly while cancellations run, through the API only. */
let service: TestService;
let api: TestApi;
const dealers = manyDealers(60);
const ofVendor = (vendor: string) =>
  dealers.filter(({ integrations }) => integrations[0]!.vendor === vendor).map(({ id }) => id);
const eleadDealers = ofVendor('elead');

beforeAll(async () => {
  service = await startService({ dealers });
  api = await apiOf(service);
});
afterAll(async () => {
  await api.close();
  await replayAndClose(service);
});

const arrived = (account: string) => {
  const code = dealers.find(({ id }) => id === account)!.integrations[0]!.dealerId;
  return service.sandbox.smtp.messages.filter((mail) => mail.subject.includes(`(${code})`));
};

interface TaskList {
  tasks: { id: string; kind: string; state: string; content: { instructions: string[] } }[];
}
const openTask = (account: string) =>
  eventually(async () => (await api.get<TaskList>('olivia', `/v1/tasks?account=${account}`)).body.tasks[0]);

const statesOf = (ended: Awaited<ReturnType<typeof playUntilClosed>>) =>
  ended.flatMap(({ integrations }) => integrations.map(({ state }) => state));

/** Of each of the dealers' integrations. */
const allEnded = (accounts: string[]) =>
  dealers.filter(({ id }) => accounts.includes(id)).flatMap(({ integrations }) => integrations.map(() => 'ended'));

describe('the mail server answers', () => {
  it.each(['421', '451', '451-after-data'] as const)('%s: the mail is sent again and arrives once', async (fault) => {
    const account = eleadDealers.pop()!;
    service.sandbox.faults.smtp.next = [fault, fault];
    await playUntilClosed(api, service, [await startSurely(api, account)]);
    expect(arrived(account)).toHaveLength(1);
    expect((await api.get<TaskList>('olivia', `/v1/tasks?account=${account}&state=done`)).body.tasks).toEqual([]);
  });

  it('550: a person sends the mail manually and sees the reason', async () => {
    const account = eleadDealers.pop()!;
    service.sandbox.faults.smtp.next = ['550'];
    const id = await startSurely(api, account);
    const task = await openTask(account);
    expect(task).toMatchObject({ kind: 'elead-manual-mail' });
    expect(task.content.instructions[0]).toContain('5.1.1 mailbox unavailable');
    await playUntilClosed(api, service, [id]);
    expect(arrived(account)).toHaveLength(0);
    expect((await api.get<TaskList>('olivia', `/v1/tasks?account=${account}&state=done`)).body.tasks).toHaveLength(1);
  });

  it.each<Exclude<SmtpFault, string>>([
    { at: 'mail', reply: '530 5.7.57 Client not authenticated to send mail' },
    { at: 'message', reply: '550 5.4.5 Daily user sending limit exceeded' },
  ])('%j: the mail waits without a task, and the team leads are notified when mail works again', async (fault) => {
    const account = eleadDealers.pop()!;
    service.sandbox.smtp.messages.length = 0;
    service.sandbox.faults.smtp.next = [fault, fault];
    const id = await startSurely(api, account);
    expect(await eventually(() => mailRejection(service.db))).toMatchObject({ reason: fault.reply, waiting: 1 });
    await playUntilClosed(api, service, [id]);
    expect(arrived(account)).toHaveLength(1);
    const { tasks } = (await api.get<TaskList>('olivia', `/v1/tasks?account=${account}&state=done&state=closed`)).body;
    expect(tasks).toEqual([]);
    expect(await mailRejection(service.db)).toBeNull();
    const alerts = service.sandbox.smtp.messages.filter(({ subject }) => subject.startsWith('Mail was held up'));
    expect(alerts.map(({ to, text }) => [to, text.includes(fault.reply!)]).sort()).toEqual([
      ['finn@example.com', true],
      ['lena@example.com', true],
      ['tara@example.com', true],
    ]);
  });

  it.each(['cut-kept', 'cut-lost'] as const)(
    '%s: the mail is unknown until a person decides, and it is sent at most once more',
    async (fault) => {
      const account = eleadDealers.pop()!;
      service.sandbox.faults.smtp.next = [fault];
      const id = await startSurely(api, account);
      expect(await openTask(account)).toMatchObject({ kind: 'elead-mail-unknown' });
      await playUntilClosed(api, service, [id]);
      expect(arrived(account)).toHaveLength(1);
    },
  );
});

describe('CST', () => {
  const some = () => ['vinsolutions', 'cdk', 'dealervault', 'dealersocket'].map((vendor) => ofVendor(vendor));
  const nth = (n: number) => some().map((ids) => ids[n]!);

  it.each([
    ['answers 500', (faults: TestService['sandbox']['faults']) => Object.assign(faults.cst, { errors: 12 })],
    [
      'gives an invalid response',
      (faults: TestService['sandbox']['faults']) => Object.assign(faults.cst, { invalidResponse: 12 }),
    ],
  ])('%s for a while: every cancellation still ends correctly', async (action, begin) => {
    const accounts = nth(action.includes('500') ? 0 : 1);
    const ids = await Promise.all(accounts.map((account) => startSurely(api, account)));
    begin(service.sandbox.faults);
    const ended = await playUntilClosed(api, service, ids);
    expect(statesOf(ended)).toEqual(allEnded(accounts));
    expect(service.sandbox.faults.cst).toMatchObject({ errors: 0, invalidResponse: 0 });
  });

  /** Slower than we wait, from the next request for a run on. @returns that run's key, once we have given it up */
  function slowFromTheNextRunOn(): Promise<string> {
    const { cst } = service.sandbox;
    return new Promise((resolve) => {
      // Before CST itself looks at the request.
      cst.app.server.prependListener('request', function slow({ method, headers }, response) {
        if (method !== 'POST') return;
        cst.app.server.removeListener('request', slow);
        service.sandbox.faults.cst.slowMs = 11_000;
        response.once('close', () => resolve(String(headers['idempotency-key'])));
      });
    });
  }

  it('answers too late but still runs the request: no Dealer ID is run twice', async () => {
    const accounts = nth(2);
    const givenUp = slowFromTheNextRunOn();
    const ids = await Promise.all(accounts.map((account) => startSurely(api, account)));
    const key = await givenUp;
    const { faults, state } = service.sandbox;
    expect(state.runs.map((run) => run.key)).not.toContain(key);
    await eventually(async () => state.runs.some((run) => run.key === key));
    faults.cst.slowMs = 0;
    const ended = await playUntilClosed(api, service, ids);
    expect(statesOf(ended)).toEqual(allEnded(accounts));
    const removed = service.sandbox.state.runs.flatMap((run) => run.results.map((result) => result.dealerId));
    expect(removed).toContain(dealers.find(({ id }) => id === accounts[0])!.integrations[0]!.dealerId);
    expect(new Set(removed).size).toBe(removed.length);
  });
});

it('ten identical completions at once count as one and are recorded once', async () => {
  const account = ofVendor('dealersocket')[5]!;
  const id = await startSurely(api, account);
  const { id: task } = await openTask(account);
  await api.post('olivia', `/v1/tasks/${task}/claim`);
  const complete = (who: 'olivia' | 'oscar') =>
    api.post<{ type: string }>(who, `/v1/tasks/${task}/complete`, { answers: { submitted: true, group: 'no' } });
  const completions = await Promise.all(Array.from({ length: 10 }, () => complete('olivia')));
  expect(completions.map(({ status }) => status)).toEqual(Array(10).fill(200));
  expect(await complete('oscar')).toMatchObject({ status: 409, body: { type: '/problems/wrong-state' } });
  await playUntilClosed(api, service, [id]);
  const { body } = await api.get<{ events: { action: string }[] }>('olivia', `/v1/tasks/${task}`);
  expect(body.events.filter(({ action }) => action.startsWith('Task done'))).toHaveLength(1);
});
