import { setTimeout as sleep } from 'node:timers/promises';
import proto from '@temporalio/proto';
import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { eventsOfTask } from '../../db/queries/events.ts';
import { tasks } from '../../db/schema/shared.ts';
import { integrationWorkflowId } from '../../domain/cancellations/cancellations.ts';
import { dealerOf, refusalOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { serviceForFile } from '../support/serviceForFile.ts';

const { EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED } = proto.temporal.api.enums.v1.EventType;

const { service, api } = await serviceForFile();
beforeEach(() => Object.assign(service.sandbox.faults.cst, { errors: 0, slowMs: 0 }));

type Who = 'olivia' | 'oscar' | 'lena';
const say = (who: Who, id: string, action: string, body: object = {}) =>
  api.post<{ detail: string; state: string; assignee: string | null }>(who, `/v1/tasks/${id}/${action}`, body);
const row = async (id: string) => (await service.db.select().from(tasks).where(eq(tasks.id, id)))[0]!;
const people: Who[] = ['olivia', 'oscar', 'lena'];

describe('a claim while CST does not answer', () => {
  const outages = [
    ['fails', { errors: 1_000_000 }],
    ['is silent', { slowMs: 20_000 }],
  ] as const;
  it.each(outages)(
    '%s: each claim is rejected soon, other updates work, and nobody gets the task later',
    async (_how, fault) => {
      const account = 'errors' in fault ? 'D-1501' : 'D-1503';
      const dealer = dealerOf(service, account);
      await dealer.cancel(['dms/dealervault']);
      const { id } = await dealer.task('dealervault-sales');
      const other = await dealer.task('dealervault-service');
      const workflow = service.client.workflow.getHandle(integrationWorkflowId('dms/dealervault', account));
      const before = (await workflow.describe()).historyLength;

      Object.assign(service.sandbox.faults.cst, fault);
      let answered = 0;
      const claims = Array.from({ length: 24 }, async (_, n) => {
        const answer = await say(people[n % 3]!, id, 'claim');
        answered += 1;
        return answer;
      });
      // As soon as a claim is being looked at.
      await eventually(async () => (await workflow.describe()).historyLength > before || answered > 0);
      expect(await say('oscar', other.id, 'escalate', { reason: 'no login' })).toMatchObject({
        status: 200,
        body: { state: 'escalated' },
      });
      expect(answered).toBeLessThan(24);

      for (const { status, headers, body } of await Promise.all(claims)) {
        expect(body.detail).toMatch(
          status === 503
            ? /^The account's Effective Status could not be checked .* not claimed/
            : /^(Olivia Ops|Oscar Ops|Lena Lead) is claiming this task right now|^You are claiming this task already/,
        );
        expect([503, 409]).toContain(status);
        expect(headers['retry-after']).toBe('5');
      }
      Object.assign(service.sandbox.faults.cst, { errors: 0, slowMs: 0 });
      const { raw, historyLength } = await workflow.describe();
      const pending = raw.pendingActivities!.map(({ activityType }) => activityType!.name);
      expect(pending).toContain('guardBroken');
      expect(pending).not.toContain('parentStatus');
      expect(await row(id)).toMatchObject({ state: 'open', assignee: null });
      // Those that were looked at, and not one for each call.
      const { events } = await workflow.fetchHistory();
      const accepted = events!.filter(({ eventType }) => eventType === EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED);
      expect(accepted.length).toBeLessThan(10);
      expect(historyLength - before).toBeLessThan(100);

      await eventually(async () => (await say('lena', id, 'claim')).status === 200, { every: 1_000 });
      expect(await row(id)).toMatchObject({ state: 'claimed', assignee: 'lena' });
    },
  );
});

it("one person's claim sent twice at once counts once", async () => {
  const dealer = dealerOf(service, 'D-1402');
  await dealer.cancel(['dms/cdk']);
  const { id } = await dealer.task('cdk-case');
  const answers = await Promise.all(Array.from({ length: 8 }, () => say('olivia', id, 'claim')));
  const statuses = answers.map(({ status }) => status);
  expect(statuses).toContain(200);
  const { events } = await service.client.workflow.getHandle(integrationWorkflowId('dms/cdk', 'D-1402')).fetchHistory();
  const accepted = events!.filter(({ eventType }) => eventType === EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED);
  // Two when they came over the end of a time in which they are one.
  expect(accepted.length).toBeLessThanOrEqual(2);

  // Once more, when it is another message: it is theirs already, and nothing happens.
  const before = await row(id);
  await dealer.say(before, 'claimTask', { by: 'olivia' });
  expect(await row(id)).toEqual(before);
  const actions = (await eventsOfTask(service.db, id)).map(({ action }) => action.split(':')[0]);
  expect(actions).toEqual(['Task opened', 'Task claimed']);

  expect(await say('olivia', id, 'release')).toMatchObject({ status: 200 });
  expect(await say('olivia', id, 'claim')).toMatchObject({
    status: 200,
    body: { state: 'claimed', assignee: 'olivia' },
  });
});

it('of two people who claim a task at once, the second is told who was first', async () => {
  const dealer = dealerOf(service, 'D-1202');
  await dealer.cancel(['dms/cdk']);
  const { id } = await dealer.task('cdk-case');
  const workflow = service.client.workflow.getHandle(integrationWorkflowId('dms/cdk', 'D-1202'));
  service.sandbox.faults.cst.slowMs = 3_000;
  const first = say('olivia', id, 'claim');
  const isAccepted = async () =>
    (await workflow.fetchHistory()).events!.some(
      ({ eventType }) => eventType === EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED,
    );
  await eventually(isAccepted);
  const second = await say('oscar', id, 'claim');
  service.sandbox.faults.cst.slowMs = 0;
  expect(await first).toMatchObject({ status: 200, body: { assignee: 'olivia' } });
  const early = { status: 409, headers: { 'retry-after': '5' } };
  expect(second).toMatchObject({
    ...early,
    body: { type: '/problems/claimed-by-another', detail: expect.stringMatching(/^Olivia Ops is claiming this task/) },
  });
  // Nothing more to wait for.
  const late = await say('oscar', id, 'claim');
  expect(late).toMatchObject({
    status: 409,
    body: { detail: expect.stringMatching(/^The task is claimed by Olivia Ops: ask them/) },
  });
  expect(late.headers).not.toHaveProperty('retry-after');
});

describe('an update sent while no worker runs', () => {
  it('is not carried out after it has expired', async () => {
    const dealer = dealerOf(service, 'D-1003');
    await dealer.cancel(['crm/dealersocket']);
    const task = await dealer.task('dealersocket-form');
    await service.stopWorker();
    const expiresAt = new Date(Date.now() + 1_000);
    const claim = refusalOf(dealer.say(task, 'claimTask', { by: 'olivia' }, expiresAt));
    await sleep(expiresAt.getTime() - Date.now() + 200);
    await service.startWorker();
    expect(await claim).toBe('expired');
    expect(await row(task.id)).toMatchObject({ state: 'open', assignee: null });
  });

  it('is answered with the time until which it may still be carried out', async () => {
    const dealer = dealerOf(service, 'D-1701');
    await dealer.cancel(['crm/dealersocket']);
    const { id } = await dealer.task('dealersocket-form');
    await service.stopWorker();
    const { status, headers, body } = await say('olivia', id, 'claim');
    await service.startWorker();
    expect(status).toBe(503);
    expect(headers['retry-after']).toBe('5');
    const until = /not known whether this was carried out.* until (\S+), not later/.exec(body.detail)?.[1];
    const left = Date.parse(until!) - Date.now();
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(60_000);
  });
});
