import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { saveContact } from '../../db/queries/feeds/onboardings.ts';
import { feedImports } from '../../db/schema/feeds.ts';
import { eventually } from '../support/eventually.ts';
import { feedOf } from '../support/feeds.ts';
import { keptSchedules } from '../support/keptSchedules.ts';
import {
  approve,
  contact,
  feedDealer,
  onboardingOf,
  orders,
  permittedOnboarding,
  proResponse,
  sales,
} from '../support/onboardings.ts';
import { replayAndClose } from '../support/replay.ts';
import { startOver } from '../support/runs.ts';
import { startService, type TestService } from '../support/service.ts';

/** With whose it is, who is named nowhere else. */
const named = 'SoldDate,VIN,Amount.Financed,CustomerFirst,CustomerLast\n1/10/2030,1HGCM82633A004352,,Quinn,Customer\n';
const many = Array.from({ length: 30 }, (_, n) => feedDealer(`O-${n}`));

// On a development server, as far as no days pass: the time-skipping one may stand still when a look that is canceled ends.
let service: TestService;
const schedules = keptSchedules();
let next = 0;
const begin = (...more: [Parameters<typeof onboardingOf>[2]?]) => onboardingOf(service, `O-${next++}`, ...more);

const permitted = (...more: Parameters<typeof begin>) => permittedOnboarding(service, `O-${next++}`, ...more);

/** Up to the trial of a first file. */
async function tried(...more: Parameters<typeof begin>) {
  const onboarding = await permitted(...more);
  onboarding.put('a_SL.csv', sales);
  await onboarding.done('first-file', onboarding.answers);
  await onboarding.task('trial-approval');
  return onboarding;
}

beforeAll(async () => {
  service = await startService({
    bulkWorker: true,
    schedules,
    secondLookMs: 100,
    onboarding: proResponse,
    dealers: [
      ...many,
      feedDealer('C-1', undefined, 'crm/elead'),
      feedDealer('U-1', {}),
      feedDealer('S-1', { package: 'Silver' }),
    ],
  });
});
beforeEach(() => service.sandbox.smtp.messages.splice(0));
afterAll(() => replayAndClose(service));

/** The activities of its history that end feed imports. */
async function endings({ workflowId }: Awaited<ReturnType<typeof begin>>): Promise<string[]> {
  const { events } = await service.client.workflow.getHandle(workflowId).fetchHistory();
  const names = events!.map((event) => event.activityTaskScheduledEventAttributes?.activityType?.name ?? '');
  return names.filter((name) => name === 'endOnboardedImports');
}

describe('an onboarding', () => {
  it('goes from the request to the daily sync', async () => {
    const onboarding = await onboardingOf(service, 'C-1');
    await onboarding.stepIs('permission', 'waiting');
    expect(onboarding.mails().map(({ text }) => /^Data: (.*)$/m.exec(text)?.[1])).toEqual(['Sales']);
    await onboarding.permission('granted');
    onboarding.put('a_SL.csv', named);
    await onboarding.done('first-file', onboarding.answers);
    const trial = await onboarding.done('trial-approval', approve);
    const shown = JSON.stringify(trial.content.texts);
    expect(['1HGCM82633A004352', 'Quinn'].filter((personal) => shown.includes(personal))).toEqual([]);
    expect(trial.content.texts).toContainEqual({
      ...{ label: 'Rows', value: '1 read, 1 to import, 0 rejected', isNote: true },
    });
    expect(await onboarding.imports()).toMatchObject([{ kind: 'sales', state: 'trial' }]);
    await onboarding.done('exclude-from-lead-export', { excluded: true });
    expect(await onboarding.ended()).toBe('done');
    const [row] = await service.db.select().from(feedImports).where(eq(feedImports.account, 'C-1'));
    expect(row).toMatchObject({ state: 'active', deleteFromServer: true });
    expect(schedules.said).toContain(`save import/${row!.id}`);
    expect((await onboarding.row()).steps.map(({ step, state }) => `${step} ${state}`)).toEqual([
      'information done',
      'request done',
      'permission done',
      'first-file done',
      'trial-sales done',
      'lead-export done',
      'schedules done',
    ]);
    expect(await endings(onboarding)).toEqual([]);
  });

  it('has a person find out whether the dealer sends leads to a CRM where its record does not say', async () => {
    const onboarding = await tried();
    const { account } = await onboarding.row();
    const odd = { integrations: [{ kind: 'crm', vendor: 'elead', dealerId: 7 }] };
    service.sandbox.state.oddFields.set(account, odd);
    await onboarding.done('trial-approval', approve);
    const task = await onboarding.done('exclude-from-lead-export', { outcome: 'no_crm' });
    expect(task.content.instructions[0]).toBe(
      'The dealer’s record does not say whether it sends leads to a CRM: find out.',
    );
    expect(await onboarding.ended()).toBe('done');
    expect(await onboarding.step('lead-export')).toMatchObject({
      ...{ state: 'done', by: 'finn', evidence: 'sends no leads to a CRM, says the feeds team' },
    });
  });

  it('asks the T2 support team for exactly what is missing, and keeps the contact out of its history', async () => {
    const onboarding = await onboardingOf(service, 'U-1', { kinds: [], contact: { name: contact.name } });
    const task = await onboarding.task('onboarding-information');
    expect(task.team).toBe('t2-support');
    expect(task.content.fields.map(({ name }) => name)).toEqual([
      ...['contactPhone', 'contactEmail', 'kinds', 'package', 'level'],
    ]);
    expect(onboarding.mails()).toEqual([]);
    await saveContact(service.db, onboarding.id, { contactPhone: contact.phone, contactEmail: contact.email });
    const kept = 'kept in the record';
    const answers = { contactPhone: kept, contactEmail: kept, kinds: 'both', package: 'gold', level: 'L5' };
    await onboarding.done('onboarding-information', answers, 'tara');
    await onboarding.stepIs('permission', 'waiting');
    expect(await onboarding.step('information')).toMatchObject({ by: 'tara', evidence: 'package gold, level L5' });
    const [mail] = onboarding.mails();
    for (const words of ['Data: Sales and Service\n', contact.name, contact.phone, contact.email])
      expect(mail!.text).toContain(words);
    expect((await onboarding.row()).steps.map(({ step }) => step)).toEqual([
      ...['information', 'request', 'permission', 'first-file', 'trial-sales', 'trial-service'],
      ...['lead-export', 'schedules'],
    ]);
    const { events } = await service.client.workflow.getHandle(onboarding.workflowId).fetchHistory();
    const decoded = JSON.stringify(await decodedHistory(events!));
    expect(decoded).toContain('gold');
    for (const personal of Object.values(contact)) expect(decoded).not.toContain(personal);
    await onboarding.withdraw();
    expect(await onboarding.ended()).toBe('withdrawn');
  });

  it('ends when what was missing shows that the dealer has no right to feeds', async () => {
    const onboarding = await onboardingOf(service, 'U-1');
    await onboarding.done('onboarding-information', { package: 'gold', level: 'L4' }, 'tara');
    expect(await onboarding.ended()).toBe('not_entitled');
    expect(await onboarding.row()).toMatchObject({
      reason: 'Feeds are available for the package Gold at level L5 only, and the dealer has L4',
    });
    expect(onboarding.mails()).toEqual([]);
  });

  it('goes on without a right to feeds where an administrator grants an exception', async () => {
    const onboarding = await onboardingOf(service, 'S-1', { exceptionReason: 'pilot' });
    await onboarding.stepIs('permission', 'waiting');
    expect((await onboarding.step('information'))!.evidence).toBe('exception granted: pilot');
    await onboarding.withdraw();
    expect(await onboarding.ended()).toBe('withdrawn');
  });

  it('takes another request’s kinds until ProResponse is asked, and says afterwards that they are too late', async () => {
    const onboarding = await begin({ contact: {} });
    await onboarding.task('onboarding-information');
    const joined = await onboarding.update('joinOnboarding', { kinds: ['service'], saysMore: false });
    expect(joined).toEqual({ kinds: ['sales', 'service'], tooLate: [] });
    const { contactName, contactPhone, contactEmail } = {
      ...{ contactName: contact.name, contactPhone: contact.phone, contactEmail: contact.email },
    };
    await saveContact(service.db, onboarding.id, { contactName, contactPhone, contactEmail });
    await onboarding.update('joinOnboarding', { kinds: ['sales'], saysMore: true });
    await onboarding.stepIs('permission', 'waiting');
    expect((await onboarding.tasks()).map(({ state }) => state)).toEqual(['closed']);
    expect(onboarding.mails()[0]!.text).toContain('Data: Sales and Service\n');
    await onboarding.withdraw();
    await onboarding.ended();

    const other = await begin();
    await other.stepIs('permission', 'waiting');
    const late = await other.update('joinOnboarding', { kinds: ['service'], saysMore: false });
    expect(late).toEqual({ kinds: ['sales'], tooLate: ['service'] });
    await other.withdraw();
    await other.ended();
  });
});

describe('the permission of the dealer', () => {
  it('that is refused ends it, and the feeds team’s lead hears of it', async () => {
    const onboarding = await begin();
    await onboarding.stepIs('permission', 'waiting');
    await onboarding.permission('refused');
    expect(await onboarding.ended()).toBe('refused');
    expect(onboarding.mails()).toHaveLength(1);
    await eventually(async () => service.sandbox.smtp.messages.some(({ subject }) => subject.startsWith('Ended:')));
  });

  it('cannot be recorded before ProResponse is asked, nor another one after it was', async () => {
    const waiting = await begin({ contact: {} });
    await waiting.task('onboarding-information');
    await expect(waiting.permission('granted')).rejects.toMatchObject({ cause: { type: 'wrong_state' } });
    await waiting.withdraw();
    await waiting.ended();
    const onboarding = await permitted();
    await expect(onboarding.permission('refused')).rejects.toMatchObject({ cause: { type: 'wrong_state' } });
    await onboarding.permission('granted');
    await onboarding.withdraw();
    await onboarding.ended();
  });

  it('that is withdrawn after it was granted ends the imports, and ProResponse is told to stop', async () => {
    const onboarding = await tried();
    await onboarding.permission('withdrawn');
    expect(await onboarding.ended()).toBe('withdrawn');
    expect(await onboarding.imports()).toMatchObject([{ state: 'ended' }]);
    expect(onboarding.mails().at(-1)!.subject).toMatch(/^Please stop: IDS Sales/);
    expect((await onboarding.tasks()).filter(({ state }) => state === 'open')).toEqual([]);
  });
});

describe('a withdrawal', () => {
  it('before ProResponse is asked tells nobody', async () => {
    const onboarding = await begin({ contact: {} });
    await onboarding.task('onboarding-information');
    await onboarding.withdraw();
    expect(await onboarding.ended()).toBe('withdrawn');
    expect(onboarding.mails()).toEqual([]);
    expect((await onboarding.tasks()).map(({ state }) => state)).toEqual(['closed']);
  });

  it('while the permission is waited for tells ProResponse to stop', async () => {
    const onboarding = await begin();
    await onboarding.stepIs('permission', 'waiting');
    await onboarding.withdraw('sold');
    expect(await onboarding.ended()).toBe('withdrawn');
    expect(onboarding.mails().map(({ subject }) => subject.split(':')[0])).toEqual([
      ...['Request for dealer data', 'Please stop'],
    ]);
    expect(await onboarding.row()).toMatchObject({ state: 'withdrawn', reason: 'sold', closedAt: expect.any(Date) });
  });

  it('while a person is to say where the files are, or before the daily sync, ends what was created', async () => {
    const first = await permitted();
    await first.withdraw();
    expect(await first.ended()).toBe('withdrawn');
    expect(await first.imports()).toEqual([]);
    const second = await tried();
    await second.withdraw();
    expect(await second.ended()).toBe('withdrawn');
    expect(await second.imports()).toMatchObject([{ state: 'ended' }]);
  });

  it('of another process is the same, and a message to one that has ended is refused', async () => {
    const onboarding = await begin();
    await onboarding.stepIs('permission', 'waiting');
    const handle = service.client.workflow.getHandle(onboarding.workflowId);
    await handle.signal('endOnboarding', { by: 'dealerops', reason: 'the dealer is canceled' });
    expect(await onboarding.ended()).toBe('withdrawn');
    await expect(onboarding.withdraw()).rejects.toThrow(/already completed|not found/i);
  });
});

describe('the first file', () => {
  it('that is sent back is tried again when there is a new one', async () => {
    const onboarding = await tried();
    await onboarding.done('trial-approval', { decision: 'send_back', note: 'the VINs are cut off' });
    const corrected = () => onboarding.mails().find(({ subject }) => subject.startsWith('File to be corrected'));
    await eventually(async () => corrected() !== undefined);
    expect(corrected()!.text).toContain('What is wrong: the VINs are cut off');
    onboarding.put('b_SL.csv', `${sales}1/11/2030,1HGCM82633A004352,\n`);
    await onboarding.update('reportFirstFile', {});
    await onboarding.done('trial-approval', approve);
    expect(await onboarding.ended()).toBe('done');
  });

  it('that cannot be imported can only be sent back', async () => {
    const onboarding = await permitted();
    onboarding.put('a_SL.csv', named.replace('Amount.Financed', 'Amount'));
    await onboarding.done('first-file', onboarding.answers);
    const task = await onboarding.task('trial-approval');
    await onboarding.say(task, 'claimTask', { by: 'finn' });
    await expect(onboarding.say(task, 'completeTask', { by: 'finn', answers: approve })).rejects.toMatchObject({
      cause: { type: 'bad_answers' },
    });
    await onboarding.withdraw();
    await onboarding.ended();
  });

  it('is looked for where a person says in the end', async () => {
    const account = `O-${next++}`;
    const other = await feedOf(service, { account, kind: 'service' });
    const onboarding = await onboardingOf(service, account, { kinds: ['sales', 'service'] });
    await onboarding.stepIs('permission', 'waiting');
    await onboarding.permission('granted');
    const task = await onboarding.task('first-file');
    expect(task.content.instructions[0]).toContain('exists already');
    await other.change({ state: 'ended', endedAt: new Date() });
    await onboarding.done('first-file', onboarding.answers);
    await onboarding.stepIs('trial-sales', 'waiting');
    const { directory } = onboarding.location;
    const trials = (await onboarding.imports()).filter(({ state }) => state === 'trial');
    expect(trials.map((one) => one.directory)).toEqual([directory, directory]);
    await onboarding.withdraw();
    await onboarding.ended();
  });

  it('on a server that rejects us is a task, and is tried again after it or when a file is reported', async () => {
    const onboarding = await permitted();
    onboarding.put('a_SL.csv', sales);
    service.sandbox.faults.sftp.refusePassword = true;
    await onboarding.done('first-file', onboarding.answers);
    const { id } = await onboarding.task('trial-blocked');
    await onboarding.update('reportFirstFile', {});
    await eventually(async () => (await onboarding.task('trial-blocked')).id !== id);
    service.sandbox.faults.sftp.refusePassword = false;
    await onboarding.done('trial-blocked', { action: 'the password was replaced' });
    await onboarding.done('trial-approval', approve);
    expect(await onboarding.ended()).toBe('done');
  });

  it('may be reported with its place instead of by the task', async () => {
    const onboarding = await permitted();
    onboarding.put('a_SL.csv', sales);
    await onboarding.update('reportFirstFile', { location: onboarding.location });
    await onboarding.done('trial-approval', approve);
    expect(await onboarding.ended()).toBe('done');
  });

  it('of one kind may be left out: only the other one is imported daily', async () => {
    const onboarding = await permitted({ kinds: ['sales', 'service'] });
    onboarding.put('a_SL.csv', sales);
    onboarding.put('b_SL.csv', orders);
    await onboarding.done('first-file', onboarding.answers);
    const trials = await eventually(async () => {
      const open = (await onboarding.tasks()).filter(
        ({ kind, state }) => kind === 'trial-approval' && state === 'open',
      );
      return open.length === 2 && open;
    });
    const titled = (kind: string) => trials.find(({ content }) => content.title.includes(`IDS ${kind}`))!;
    await onboarding.say(titled('service'), 'closeNotCompleted', { by: 'finn', reason: 'no service data' });
    const { id } = titled('sales');
    await onboarding.say({ ...titled('sales'), id }, 'claimTask', { by: 'finn' });
    await onboarding.say(titled('sales'), 'completeTask', { by: 'finn', answers: approve });
    expect(await onboarding.ended()).toBe('done');
    const states = Object.fromEntries((await onboarding.imports()).map(({ kind, state }) => [kind, state]));
    expect(states).toEqual({ sales: 'active', service: 'ended' });
    expect(await endings(onboarding)).toEqual(['endOnboardedImports']);
  });
});

describe('a new run of the workflow', () => {
  it('goes on in each stage, with the same tasks and without another mail', async () => {
    const onboarding = await begin({ contact: {}, kinds: ['sales', 'service'] });
    const again = () => startOver(service, onboarding.workflowId);
    const sameTask = async (kind: string) => {
      const { id } = await onboarding.task(kind);
      await again();
      expect((await onboarding.task(kind)).id).toBe(id);
    };
    await sameTask('onboarding-information');
    await saveContact(service.db, onboarding.id, {
      ...{ contactName: contact.name, contactPhone: contact.phone, contactEmail: contact.email },
    });
    const kept = 'kept in the record';
    await onboarding.done('onboarding-information', { contactName: kept, contactPhone: kept, contactEmail: kept });
    await onboarding.stepIs('permission', 'waiting');
    const { waitingSince } = (await onboarding.step('permission'))!;
    await again();
    expect(await onboarding.step('permission')).toMatchObject({ waitingSince });
    await onboarding.permission('granted');
    await sameTask('first-file');
    expect(await onboarding.step('permission')).toMatchObject({ state: 'done', by: 'finn' });
    await onboarding.done('first-file', onboarding.answers);
    await onboarding.stepIs('trial-service', 'waiting');
    onboarding.put('a_SL.csv', sales);
    onboarding.put('b_SL.csv', orders);
    await again();
    await eventually(async () => {
      const open = (await onboarding.tasks()).filter(
        ({ kind, state }) => kind === 'trial-approval' && state === 'open',
      );
      return open.length === 2;
    });
    await again();
    await onboarding.done('trial-approval', approve);
    await again();
    await onboarding.done('trial-approval', approve);
    expect(await onboarding.ended()).toBe('done');
    expect(onboarding.mails()).toHaveLength(1);
    const kinds = (await onboarding.tasks()).map(({ kind }) => kind);
    expect(kinds).toEqual(['onboarding-information', 'first-file', 'trial-approval', 'trial-approval']);
    expect((await onboarding.imports()).map(({ state }) => state)).toEqual(['active', 'active']);
  });

  it('still tells ProResponse to stop, once, after a withdrawal', async () => {
    const onboarding = await begin();
    await onboarding.stepIs('permission', 'waiting');
    service.sandbox.faults.smtp.next = ['550'];
    await onboarding.withdraw();
    const { id } = await onboarding.task('proresponse-mail');
    await startOver(service, onboarding.workflowId);
    expect((await onboarding.task('proresponse-mail')).id).toBe(id);
    await onboarding.done('proresponse-mail', { sent: true });
    expect(await onboarding.ended()).toBe('withdrawn');
    expect((await onboarding.events()).filter(({ action }) => action === 'Onboarding: withdrawn')).toHaveLength(1);
  });
});

describe('a mail to ProResponse', () => {
  it('that the mail server rejects is a person’s, with the exact text', async () => {
    service.sandbox.faults.smtp.next = ['550'];
    const onboarding = await begin();
    const task = await onboarding.task('proresponse-mail');
    const text = task.content.texts.find(({ label }) => label === 'Text')!;
    expect(text).toMatchObject({ isPersonal: true });
    expect(text.value).toContain('Data: Sales\n');
    await onboarding.done('proresponse-mail', { sent: true });
    await onboarding.stepIs('permission', 'waiting');
    await onboarding.withdraw();
    await onboarding.ended();
  });

  it('whose answer was lost is sent again only where a person says so', async () => {
    service.sandbox.faults.smtp.next = ['cut-lost'];
    const onboarding = await begin();
    await onboarding.task('proresponse-mail-unknown');
    expect(onboarding.mails()).toEqual([]);
    await onboarding.done('proresponse-mail-unknown', { outcome: 'send_again' });
    await onboarding.stepIs('permission', 'waiting');
    expect(onboarding.mails()).toHaveLength(1);
    await onboarding.withdraw();
    await onboarding.ended();
  });
});

/** With the payloads as the workflow has them. */
async function decodedHistory(events: unknown[]): Promise<unknown[]> {
  const decode = async (value: unknown): Promise<unknown> => {
    if (Array.isArray(value)) return Promise.all(value.map(decode));
    if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value;
    const { metadata, data } = value as { metadata?: object; data?: Uint8Array };
    if (metadata && data) {
      const codec = service.dataConverter.payloadCodecs![0]!;
      const [payload] = await codec.decode([value as never]);
      return Buffer.from(payload!.data!).toString();
    }
    const entries = await Promise.all(Object.entries(value).map(async ([name, one]) => [name, await decode(one)]));
    return Object.fromEntries(entries);
  };
  return Promise.all(events.map(decode));
}
