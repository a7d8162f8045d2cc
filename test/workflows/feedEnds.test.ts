import { eq } from 'drizzle-orm';
import { DateTime } from 'luxon';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventsOfSubject } from '../../db/queries/events.ts';
import { activities } from '../../db/schema/feeds.ts';
import { endFeedImportWorkflow } from '../../domain/feeds/workflowStarts.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { feedOf } from '../support/feeds.ts';
import { keptSchedules } from '../support/keptSchedules.ts';
import { onboardingOf } from '../support/onboardings.ts';
import { replayAndClose } from '../support/replay.ts';
import { startService, type TestService } from '../support/service.ts';

type Feed = Awaited<ReturnType<typeof feedOf>>;

const schedules = keptSchedules();
let service: TestService;
beforeAll(async () => {
  service = await startService({ timeSkipping: true, bulkWorker: true, schedules, secondLookMs: 50 });
});
beforeEach(() => service.sandbox.reset());
afterAll(() => replayAndClose(service));

/** The local date so many days from now. */
async function inDays(days: number): Promise<string> {
  const now = await service.env!.currentTimeMs();
  return DateTime.fromMillis(now, { zone: 'America/Chicago' }).plus({ days }).toISODate()!;
}
/** As the API does it. */
async function setEnd(feed: Feed, endsOn: string | null) {
  await feed.change({ endsOn, endRequestedBy: endsOn && 'amy', contractReference: endsOn && 'C-17' });
  return service.client.workflow.signalWithStart('endFeedImport', endFeedImportWorkflow(feed.row));
}
const activitiesOf = ({ id }: Feed) => service.db.select().from(activities).where(eq(activities.importId, id));
const workflowOf = (feed: Feed) => service.client.workflow.getHandle(`feeds/end/${feed.id}`);

describe('the end of a feed import', () => {
  // First: what other tests leave waiting, such as the daily looks after an end, would have to be done for each day that is skipped.
  it('waits for 90 days without events, and over runs of its workflow', async () => {
    const feed = await feedOf(service);
    await setEnd(feed, await inDays(90));
    const events = async () => (await workflowOf(feed).fetchHistory()).events!;
    const waiting = await eventually(async () => (await events()).at(-1)!.timerStartedEventAttributes && events());
    await service.skipDays(45);
    expect(await events()).toHaveLength(waiting.length);
    expect(waiting.length).toBeLessThan(15);
    const { runId } = await workflowOf(feed).describe();
    await workflowOf(feed).signal('continueAsNew');
    await eventually(async () => (await workflowOf(feed).describe()).runId !== runId);
    await service.skipDays(46);
    const { id } = await feed.task('feed-import-ends');
    const ending = await workflowOf(feed).describe();
    await workflowOf(feed).signal('continueAsNew');
    await eventually(async () => (await workflowOf(feed).describe()).runId !== ending.runId);
    expect((await feed.done('feed-import-ends', { stopped: true })).id).toBe(id);
    expect(await workflowOf(feed).result()).toBe('ended');
  });

  it('comes on its date: nothing is taken, its tasks are closed, its activities stay, and the delivery is to be stopped', async () => {
    const feed = await feedOf(service);
    feed.put('a_SL.csv', 'SoldDate,VIN,Amount.Financed\n1/10/2030,1HGCM82633A004352,\n');
    await feed.run();
    const imported = await activitiesOf(feed);
    expect(imported).toHaveLength(1);
    service.sandbox.faults.sftp.refusePassword = true;
    await feed.run();
    await feed.task('feed-credentials');
    await setEnd(feed, await inDays(10));
    // The date begins within the tenth day from now, and shortly before midnight soon after the ninth.
    await service.skipDays(8);
    expect(await feed.current()).toMatchObject({ state: 'active' });
    await service.skipDays(2);
    const task = await feed.task('feed-import-ends');
    expect(task.content.instructions[0]).toContain('Dealerops takes no more files');
    const { state, endedAt, timeZone } = await feed.current();
    expect(state).toBe('ended');
    expect(DateTime.fromJSDate(endedAt!, { zone: timeZone })).toMatchObject({ hour: 0, minute: 0 });
    await feed.task('feed-credentials', 'closed');
    expect(schedules.said).toContain(`delete import/${feed.id}`);
    expect(await feed.run()).toEqual({ outcome: 'not_run', reason: 'the import has ended' });
    const trail = await eventsOfSubject(service.db, 'feeds', feed.id);
    expect(trail).toContainEqual(
      expect.objectContaining({ action: 'Feed import ended', detail: expect.stringContaining('C-17') }),
    );
    await feed.done('feed-import-ends', { stopped: true });
    expect(await workflowOf(feed).result()).toBe('ended');
    await eventually(async () => {
      const { version, appliedVersion } = await feed.current();
      return version === appliedVersion;
    });
    expect(await activitiesOf(feed)).toEqual(imported);
  });

  it('comes at once when its date has passed', async () => {
    const feed = await feedOf(service);
    await setEnd(feed, await inDays(-1));
    await feed.task('feed-import-ends');
    expect(await feed.current()).toMatchObject({ state: 'ended' });
  });

  it('can be moved, and withdrawn before its date', async () => {
    const feed = await feedOf(service);
    await setEnd(feed, await inDays(5));
    await setEnd(feed, await inDays(20));
    await service.skipDays(8);
    expect(await feed.current()).toMatchObject({ state: 'active' });
    await setEnd(feed, await inDays(2));
    await setEnd(feed, null);
    expect(await workflowOf(feed).result()).toBe('withdrawn');
    await service.skipDays(5);
    expect(await feed.current()).toMatchObject({ state: 'active' });
    expect(await feed.tasks()).toEqual([]);
  });
});

describe('a file that arrives after the end', () => {
  const late = async (feed: Feed) => new Date((await feed.current()).endedAt!.getTime() + 3_600_000);
  const watch = (feed: Feed) => service.client.workflow.getHandle(`feeds/after-end/${feed.id}`);

  it('is a task once in 90 days, with what has arrived; one of before the end, or of the other kind, is none', async () => {
    const feed = await feedOf(service);
    await setEnd(feed, await inDays(-1));
    await feed.done('feed-import-ends', { stopped: true });
    const { endedAt } = await feed.current();
    feed.put('before_SL.csv', 'SoldDate,VIN\n', new Date(endedAt!.getTime() - 3_600_000));
    feed.put('service_SL.csv', 'WONumber,RO.Amount\n', await late(feed));
    await service.skipDays(2);
    expect((await feed.tasks()).map(({ kind }) => kind)).toEqual(['feed-import-ends']);
    feed.put('late_SL.csv', 'SoldDate,VIN\n', await late(feed));
    await service.skipDays(1);
    const task = await feed.done('feed-files-after-end', { outcome: 'stopped_now', action: 'called them' });
    const arrived = task.content.texts.find(({ label }) => label === 'What has arrived')!.value;
    expect(arrived).toContain('late_SL.csv');
    expect(arrived).not.toMatch(/before_SL|service_SL/);
    await feed.change({ endedAt: new Date(endedAt!.getTime() - 90 * 86_400_000) });
    await service.skipDays(1);
    await watch(feed).result();
    expect((await feed.tasks()).map(({ kind }) => kind)).toEqual(['feed-import-ends', 'feed-files-after-end']);
  });

  it('may come unseen while the server does not let us look: after a week the feeds team’s lead hears of it, each time', async () => {
    const feed = await feedOf(service);
    await setEnd(feed, await inDays(-1));
    await feed.done('feed-import-ends', { stopped: true });
    const told = () =>
      service.sandbox.smtp.messages.filter(
        ({ subject, text }) => subject.includes(feed.row.account) && text.includes('Nobody knows whether files'),
      ).length;
    const { sftp } = service.sandbox.faults;
    await service.skipDays(9);
    sftp.refusePassword = true;
    await service.skipDays(6);
    expect(told()).toBe(0);
    await service.skipDays(3);
    await eventually(async () => told() === 1);
    sftp.refusePassword = false;
    await service.skipDays(2);
    sftp.refusePassword = true;
    await service.skipDays(9);
    await eventually(async () => told() === 2);
  });

  it('may be behind too many others to be looked at: after a week the feeds team’s lead hears of it', async () => {
    const feed = await feedOf(service);
    await setEnd(feed, await inDays(-1));
    await feed.done('feed-import-ends', { stopped: true });
    const at = await late(feed);
    for (let n = 0; n < 201; n += 1) feed.put(`${n}_SL.csv`, 'WONumber,RO.Amount\n', at);
    await service.skipDays(9);
    const said = '201 files have arrived since, and only the first 200 were looked at';
    await eventually(async () =>
      service.sandbox.smtp.messages.some(
        ({ subject, text }) => subject.includes(feed.row.account) && text.includes(said),
      ),
    );
    expect((await feed.tasks()).map(({ kind }) => kind)).toEqual(['feed-import-ends']);
  });

  it('is none where another feed of the dealer takes it', async () => {
    const feed = await feedOf(service);
    await setEnd(feed, await inDays(-1));
    await feed.done('feed-import-ends', { stopped: true });
    const { account } = await feed.current();
    await feedOf(service, { account });
    feed.put('late_SL.csv', 'SoldDate,VIN\n', await late(feed));
    await service.skipDays(2);
    await watch(feed).result();
    expect((await feed.tasks()).map(({ kind }) => kind)).toEqual(['feed-import-ends']);
  });
});

describe('a cancellation of the dealer', () => {
  const stateIs = (feed: Feed, state: string) => eventually(async () => (await feed.current()).state === state);

  it('pauses its feeds, and ends them and closes their tasks when it has ended', async () => {
    const feed = await feedOf(service, { account: 'D-1003' });
    service.sandbox.faults.sftp.refusePassword = true;
    await feed.run();
    await feed.task('feed-credentials');
    const dealer = dealerOf(service, 'D-1003');
    const { ended } = await dealer.cancel(['crm/dealersocket']);
    await stateIs(feed, 'paused');
    expect(await feed.run()).toEqual({ outcome: 'not_run', reason: 'the import is paused' });
    await dealer.done('dealersocket-form', { submitted: true });
    await ended();
    await feed.task('feed-import-ends');
    await feed.task('feed-credentials', 'closed');
    expect(await feed.current()).toMatchObject({
      ...{ state: 'ended', endRequestedBy: 'key:test' },
      contractReference: expect.stringMatching(/^cancellation /),
    });
  });

  it('that is withdrawn lets its feeds go on, but not one that a person has paused', async () => {
    const feed = await feedOf(service, { account: 'D-1901' });
    const paused = await feedOf(service, {
      account: 'D-1901',
      kind: 'service',
      state: 'paused',
      pausedReason: 'moves',
    });
    const dealer = dealerOf(service, 'D-1901');
    const { ended } = await dealer.cancel(['crm/dealersocket']);
    await stateIs(feed, 'paused');
    await dealer.task('dealersocket-form');
    await dealer.withdraw();
    await ended();
    await stateIs(feed, 'active');
    expect(await paused.current()).toMatchObject({ state: 'paused', pausedReason: 'moves' });
  });

  it.each([
    ['Active', 'active', 'D-1905', 'take files again'],
    ['Odd', 'paused', 'D-1701', 'stay paused'],
  ])(
    'whose parent account is %s ends no feed, which is %s then, and the feeds team’s lead hears of it',
    async (status, state, account, words) => {
      service.sandbox.state.accounts.get(account)!.effectiveStatus = status;
      const feed = await feedOf(service, { account });
      const dealer = dealerOf(service, account);
      const { ended } = await dealer.cancel(['crm/dealersocket']);
      await stateIs(feed, 'paused');
      await dealer.done('dealersocket-form', { submitted: true });
      await ended();
      await eventually(async () =>
        service.sandbox.smtp.messages.some(
          ({ subject, text }) => subject === `Escalated: Feeds of dealer ${account}` && text.includes(words),
        ),
      );
      await stateIs(feed, state);
    },
  );

  it('withdraws an onboarding in progress; the feeds team’s lead hears where the dealer stays', async () => {
    const onboarding = await onboardingOf(service, 'D-1903', { contact: {} });
    await onboarding.task('onboarding-information');
    const dealer = dealerOf(service, 'D-1903');
    const { ended } = await dealer.cancel(['dms/dealervault']);
    expect(await onboarding.ended()).toBe('withdrawn');
    expect(await onboarding.row()).toMatchObject({ reason: expect.stringContaining('the dealer is canceled') });
    await dealer.task('dealervault-sales');
    await dealer.withdraw();
    await ended();
    await eventually(async () =>
      service.sandbox.smtp.messages.some(({ subject }) => subject === 'Escalated: Onboarding of dealer D-1903'),
    );
  });
});
