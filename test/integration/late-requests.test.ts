import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { joinOrOpenCancellation } from '../../db/queries/cancellations/requests.ts';
import { cancellations } from '../../db/schema/cancellations.ts';
import { events } from '../../db/schema/shared.ts';
import { cancellationWorkflowId, integrationWorkflowId } from '../../domain/cancellations/cancellations.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { replayAndClose } from '../support/replay.ts';
import { startService, type TestService } from '../support/service.ts';

/** All cancellations of a dealer have ended, and its workflow only waits until their notices are handed over. */

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
beforeEach(() => service.sandbox.reset());
afterAll(() => replayAndClose(service));

/** Notices of stopped workflows are not handed over before `release()`. */
function holdNotices() {
  const { workflow } = service.client;
  const start = workflow.start;
  let held = 0;
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  workflow.start = (async (...args: Parameters<typeof start>) => {
    if (args[1].workflowId.includes('stopped/')) {
      held += 1;
      await released;
    }
    return start.apply(workflow, args);
  }) as typeof start;
  return {
    held: () => held,
    release() {
      workflow.start = start;
      release();
    },
  };
}

describe.each([
  ['D-1003', 'the notices are handed over after it has ended', { newRun: false, releaseFirst: false }],
  ['D-1701', 'the notices are handed over while it is carried out', { newRun: false, releaseFirst: true }],
  ['D-1703', 'a new run is due', { newRun: true, releaseFirst: true }],
] as const)('a request that comes meanwhile (dealer %s): %s', (account, _title, { newRun, releaseFirst }) => {
  it('it is taken and carried out', async () => {
    const dealer = dealerOf(service, account);
    const workflow = service.client.workflow.getHandle(cancellationWorkflowId(account));
    const notices = holdNotices();
    try {
      const first = await dealer.cancel(['crm/dealersocket']);
      await dealer.task('dealersocket-form');
      await service.client.workflow
        .getHandle(integrationWorkflowId('crm/dealersocket', account))
        .terminate('by mistake');
      await dealer.task('dealersocket-form', 'closed');
      await eventually(async () => notices.held() > 0);
      await eventually(
        async () =>
          (await workflow.query<Record<string, string>>('integrations'))['crm/dealersocket'] !== 'in_progress',
      );
      // A request that comes before that would join it.
      await eventually(
        async () =>
          (await service.db.select().from(cancellations).where(eq(cancellations.id, first.id)))[0]?.state === 'closed',
      );
      expect((await workflow.describe()).status.name).toBe('RUNNING');
      if (newRun) await workflow.signal('continueAsNew');
      const second = await dealer.cancel(['crm/dealersocket']);
      if (releaseFirst) notices.release();
      await dealer.done('dealersocket-form', { submitted: true });
      await eventually(async () => (await dealer.progress(second.id, 'crm/dealersocket'))?.state === 'ended');
      notices.release();
      expect(second.id).not.toBe(first.id);
      expect(await second.ended()).toEqual({ 'crm/dealersocket': 'ended' });
    } finally {
      notices.release();
    }
  });
});

it('requests whose message has not come yet are withdrawn with the others, and are recorded before the withdrawal', async () => {
  const dealer = dealerOf(service, 'D-1001');
  const { id } = await dealer.cancel(['crm/dealersocket']);
  await eventually(async () => (await dealer.progress(id, 'crm/dealersocket'))?.state === 'waiting');
  for (let late = 0; late < 3; late += 1) {
    const { cancellationId } = await joinOrOpenCancellation(
      service.db,
      'D-1001',
      {
        ...{ requestId: randomUUID(), reason: 'subscription_canceled', integrations: ['crm/dealersocket'] },
        ...{ whenActive: 'block', by: 'key:test' },
      },
      { name: 'Brightwater Honda of Lakeport', timeZone: 'America/Chicago' },
    );
    expect(cancellationId).toBe(id);
  }
  await dealer.withdraw('stays', { of: id, integrations: ['crm/dealersocket'] });
  await eventually(async () => (await dealer.progress(id, 'crm/dealersocket'))?.state === 'withdrawn');
  const trail = await eventually(async () => {
    const all = await service.db.select().from(events).where(eq(events.subject, id));
    return all.some((event) => event.id.startsWith('withdrawal/')) && all;
  });
  const times = (of: string) => trail.filter((event) => event.id.startsWith(of)).map(({ at }) => at.getTime());
  expect(times('request/')).toHaveLength(4);
  expect(Math.max(...times('request/'))).toBeLessThanOrEqual(times('withdrawal/')[0]!);
});
