import { ne } from 'drizzle-orm';
import { expect, it, onTestFinished } from 'vitest';
import { people } from '../../db/schema/shared.ts';
import {
  cancellationWorkflowId,
  integrationWorkflowId,
  vinEventStreamWorkflowId,
} from '../../domain/cancellations/cancellations.ts';
import type { IntegrationName } from '../../domain/shared/vendors.ts';
import { startSmtp } from '../../sandbox/smtp/smtp.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { replayAndClose } from '../support/replay.ts';
import { dealerWith, eventsOfAllRuns } from '../support/runs.ts';
import { startService, type TestService } from '../support/service.ts';

/** Ninety days in which an outside system does not answer: waiting for it writes nothing, and people hear of it daily. */

/** A service for one test, with dealers of one integration each. */
async function serviceFor(waiting: [account: string, integration: IntegrationName][]) {
  const dealers = waiting.map(([account, name]) => dealerWith(account, name));
  const service = await startService({ timeSkipping: true, dealers });
  onTestFinished(() => replayAndClose(service));
  const ends: Record<string, () => Promise<Record<string, string>>> = {};
  const workflowIds = [
    ...waiting.flatMap(([account, name]) => [integrationWorkflowId(name, account), cancellationWorkflowId(account)]),
    ...(waiting.some(([, name]) => name === 'crm/vinsolutions') ? [vinEventStreamWorkflowId] : []),
  ];
  return {
    service,
    async cancel(account: string) {
      const [, name] = waiting.find(([one]) => one === account)!;
      ends[account] = (await dealerOf(service, account).cancel([name])).ended;
    },
    /** Of each workflow, over all its runs. */
    events: () => Promise.all(workflowIds.map((workflowId) => eventsOfAllRuns(service, workflowId))),
    async expectAllEnded() {
      for (const [account, name] of waiting) expect(await ends[account]!()).toEqual({ [name]: 'ended' });
    },
  };
}

const mostEvents = 500;
const dateOf = (time: number) => new Date(time).toISOString().slice(0, 10);

/** Who has left is not mailed: the tries to reach everybody would be most of the work. */
const onlyLenaIsMailed = ({ db }: TestService) => db.update(people).set({ active: false }).where(ne(people.id, 'lena'));

/** Lets so many days pass, and the last one's notice be made. @returns the dates on which people were to be notified */
async function pass(days: number, { env, skipDays }: TestService): Promise<string[]> {
  const dates: string[] = [];
  for (let day = 0; day < days; day += 1) {
    await skipDays(1);
    const date = dateOf(await env!.currentTimeMs());
    if (dates.at(-1) !== date) dates.push(date);
  }
  // The last date may have begun since the last try, which comes once an hour.
  await env!.sleep('2 hours');
  return dates;
}

/** Waits until the team leads' notice of each date was made. */
async function expectNotices({ client }: TestService, key: string, dates: string[]): Promise<void> {
  for (const date of dates) {
    const handle = client.workflow.getHandle(`notice/${key}/${date}`);
    await eventually(async () => (await handle.describe()).status.name);
  }
}

const mailsOfOutage = (messages: { to: string; subject: string }[], system: string) =>
  messages.filter(({ to, subject }) => to === 'lena@example.com' && subject.includes(`wait for ${system}`)).length;

it('ninety days without the mail server: few events, a notice on each day, and afterwards the mail leaves once', async () => {
  const { service, cancel, events, expectAllEnded } = await serviceFor([['O-2', 'crm/elead']]);
  const { smtp, faults } = service.sandbox;
  await smtp.close();
  await service.db.update(people).set({ active: false });
  await cancel('O-2');
  const [first] = await pass(1, service);
  const before = await events();
  const dates = await pass(89, service);
  expect(await events()).toEqual(before);
  for (const count of before) expect(count).toBeLessThanOrEqual(mostEvents);
  expect(dates.length).toBeGreaterThanOrEqual(89);
  await expectNotices(service, 'outage/cancellations/the mail server', [first!, ...dates]);

  const back = await startSmtp(faults, smtp.port);
  onTestFinished(() => back.close());
  await service.skipDays(1);
  await expectAllEnded();
  await service.skipDays(1);
  expect(back.messages.filter(({ to, text }) => to.includes('elead') && text.includes('O-2'))).toHaveLength(1);
}, 480_000);

it('ninety days without CST, which goes away in the middle of a run: few events, a mail on each day; then each is removed once', async () => {
  const { service, cancel, events, expectAllEnded } = await serviceFor([
    ['O-1', 'crm/dealersocket'],
    ['O-3', 'crm/vinsolutions'],
    ['O-4', 'crm/vinsolutions'],
  ]);
  const { faults, state, smtp } = service.sandbox;
  await onlyLenaIsMailed(service);
  faults.cst.runMs = 2_000;
  await cancel('O-3');
  await dealerOf(service, 'O-3').done('vinsolutions-portal', { ticketNumber: 'T-3', done: true });
  await eventually(async () => state.runs.length === 1);
  faults.cst.errors = Number.POSITIVE_INFINITY;
  await cancel('O-1');
  await cancel('O-4');
  const [first] = await pass(1, service);
  const before = await events();
  const dates = await pass(89, service);
  expect(await events()).toEqual(before);
  for (const count of before) expect(count).toBeLessThanOrEqual(mostEvents);
  await expectNotices(service, 'outage/cancellations/CST', [first!, ...dates]);
  const outageDates = (Date.parse(dates.at(-1)!) - Date.parse(first!)) / 86_400_000 + 1;
  await eventually(async () => mailsOfOutage(smtp.messages, 'CST') >= outageDates);

  faults.cst.errors = 0;
  await service.skipDays(1);
  await dealerOf(service, 'O-1').done('dealersocket-form', { submitted: true, group: 'no' });
  await dealerOf(service, 'O-4').done('vinsolutions-portal', { ticketNumber: 'T-4', done: true });
  await expectAllEnded();
  expect(state.runs.flatMap(({ results }) => results.map((one) => one.dealerId)).sort()).toEqual(['3', '4']);
  for (const account of ['O-1', 'O-3', 'O-4']) expect(await dealerOf(service, account).tasks()).toHaveLength(1);
  // Each day once, however many wait, and no more once CST is back.
  await service.skipDays(2);
  // The last hours without CST may have been on one more date.
  expect(mailsOfOutage(smtp.messages, 'CST') - outageDates).toBeLessThanOrEqual(1);
}, 480_000);

it('days in which an account’s record cannot be used: no event, a mail on each day, and it continues within minutes', async () => {
  const { service, cancel, events, expectAllEnded } = await serviceFor([['O-5', 'dms/reynolds']]);
  const { state, smtp } = service.sandbox;
  await onlyLenaIsMailed(service);
  state.oddFields.set('O-5', { parentSalesAccountId: '' });
  await cancel('O-5');
  const [first] = await pass(1, service);
  const before = await events();
  const dates = await pass(3, service);
  expect(await events()).toEqual(before);
  await expectNotices(service, 'account-record/cancellations/O-5', [first!, ...dates]);
  const mails = () => smtp.messages.filter(({ subject }) => subject.includes('Correct account O-5'));
  await eventually(async () => mails().length >= dates.length + 1);
  state.oddFields.delete('O-5');
  await service.env!.sleep('11 minutes');
  await expectAllEnded();
}, 240_000);
