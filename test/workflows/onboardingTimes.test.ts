import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { keptSchedules } from '../support/keptSchedules.ts';
import {
  approve,
  feedDealer,
  onboardingOf,
  orders,
  permittedOnboarding,
  proResponse,
  sales,
} from '../support/onboardings.ts';
import { replayAndClose } from '../support/replay.ts';
import { eventsOfAllRuns, startOver } from '../support/runs.ts';
import { startService, type TestService } from '../support/service.ts';

/** Of ninety days. */
const mostEvents = 500;

let service: TestService;
let next = 0;
const begin = () => onboardingOf(service, `O-${next++}`);
const permitted = () => permittedOnboarding(service, `O-${next++}`);

beforeAll(async () => {
  service = await startService({
    timeSkipping: true,
    bulkWorker: true,
    schedules: keptSchedules(),
    secondLookMs: 100,
    onboarding: proResponse,
    dealers: Array.from({ length: 6 }, (_, n) => feedDealer(`O-${n}`)),
  });
});
beforeEach(() => service.sandbox.smtp.messages.splice(0));
afterAll(() => replayAndClose(service));

describe('the permission of the dealer', () => {
  it('is reminded of, then escalated, and counts when it comes late', async () => {
    const onboarding = await begin();
    await onboarding.stepIs('permission', 'waiting');
    await service.skipDays(28);
    const task = await onboarding.task('permission-overdue');
    expect(task.team).toBe('feeds');
    expect(
      onboarding
        .mails()
        .map(({ subject }) => subject.split(':')[0])
        .slice(0, 4),
    ).toEqual(['Request for dealer data', 'Reminder', 'Reminder', 'Reminder']);
    await eventually(async () => service.sandbox.smtp.messages.some(({ subject }) => subject.startsWith('Escalated:')));
    await onboarding.permission('granted');
    await onboarding.task('first-file');
    expect(await onboarding.step('escalation')).toMatchObject({ state: 'done', by: 'finn' });
    expect((await onboarding.tasks()).find(({ id }) => id === task.id)).toMatchObject({ state: 'closed' });
    await onboarding.withdraw();
    await onboarding.ended();
  });

  it('can be recorded with the task about it', async () => {
    const onboarding = await begin();
    await onboarding.stepIs('permission', 'waiting');
    await service.skipDays(28);
    await onboarding.done('permission-overdue', { outcome: 'granted', said: 'ProResponse, by phone' });
    await onboarding.task('first-file');
    await onboarding.withdraw();
    await onboarding.ended();
  });

  it('that nobody gives ends it after the configured time', async () => {
    const onboarding = await begin();
    await onboarding.stepIs('permission', 'waiting');
    for (let days = 0; days < 80; days += 10) await service.skipDays(10);
    expect(await eventsOfAllRuns(service, onboarding.workflowId)).toBeLessThanOrEqual(mostEvents);
    await startOver(service, onboarding.workflowId);
    for (let days = 0; days < 20; days += 10) await service.skipDays(10);
    expect(await onboarding.ended()).toBe('no_answer');
    expect(await eventsOfAllRuns(service, onboarding.workflowId)).toBeLessThanOrEqual(mostEvents);
    expect(onboarding.mails()).toHaveLength(12);
    expect(onboarding.mails().at(-1)!.subject).toMatch(/^Please stop: /);
    expect((await onboarding.tasks()).map(({ kind, state }) => `${kind} ${state}`)).toEqual([
      'permission-overdue closed',
    ]);
  }, 180_000);
});

describe('the first file', () => {
  it('is found by the daily look', async () => {
    const onboarding = await permitted();
    await onboarding.done('first-file', onboarding.answers);
    await onboarding.stepIs('trial-sales', 'waiting');
    onboarding.put('a_SL.csv', sales);
    await service.skipDays(1);
    await onboarding.done('trial-approval', approve);
    expect(await onboarding.ended()).toBe('done');
  });

  it('that does not come is the feeds team’s task', async () => {
    const onboarding = await permitted();
    await onboarding.done('first-file', onboarding.answers);
    await onboarding.stepIs('trial-sales', 'waiting');
    await service.skipDays(16);
    const task = await onboarding.task('trial-blocked');
    expect(task.content.instructions[0]).toMatch(/^No file has arrived since /);
    await onboarding.leaveOut('trial-blocked');
    expect(await onboarding.ended()).toBe('not_completed');
    expect(await onboarding.imports()).toMatchObject([{ state: 'ended' }]);
  });

  it('of one kind is missed, whatever files of the other kind arrive', async () => {
    const onboarding = await permitted();
    await onboarding.done('first-file', onboarding.answers);
    await onboarding.stepIs('trial-sales', 'waiting');
    for (const name of ['a', 'b', 'c', 'd']) {
      onboarding.put(`${name}_SL.csv`, orders);
      await service.skipDays(4);
    }
    const task = await onboarding.task('trial-blocked');
    expect(task.content.instructions[0]).toMatch(/^No new file has arrived since /);
    await onboarding.withdraw();
    await onboarding.ended();
  });
});
