import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eq, isNull } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { addToReport } from '../../db/queries/feeds/reports.ts';
import { feedOnboardings } from '../../db/schema/feedOnboardings.ts';
import { feedImports, feedRuns } from '../../db/schema/feeds.ts';
import { tasks } from '../../db/schema/shared.ts';
import { noRows } from '../../domain/feeds/feeds.ts';
import { localDate } from '../../domain/shared/dailyTimes.ts';
import { eventually } from '../support/eventually.ts';
import { createImport, importBody } from '../support/feedImports.ts';
import { approve, contact, proResponse, sales as salesFile } from '../support/onboardings.ts';
import { bareSale } from '../support/sampledActivities.ts';
import { serviceForFile } from '../support/serviceForFile.ts';

/** Big Sky and Thistledown have the right to feeds, Mesa Verde has not, of Redwood it is not known; Timberline's DMS has no service data. */
const { service, api } = await serviceForFile({ bulkWorker: true, onboarding: proResponse, secondLookMs: 100 });
const [bigSky, timberline, mesaVerde, redwood, thistledown] = ['D-2001', 'D-2003', 'D-2004', 'D-2006', 'D-2101'];

interface Shown extends Record<string, unknown> {
  id: string;
  state: string;
  address: string;
  detail: string;
  errors: { path: string; message: string }[];
  steps: { step: string; state: string; taskId?: string; evidence?: string }[];
  allowedActions: { action: string; missing: string | null }[];
  imports: { id: string; kind: string; state: string; trial: { report: { files: object[] } } | null }[];
}

const body = (more: Record<string, unknown> = {}) => ({
  ...{ account: bigSky, dms: 'ids', kinds: ['sales'], contact },
  ...more,
});
const ask = (
  more: Record<string, unknown> = {},
  who: 'finn' | 'admin' | 'reader' = 'finn',
  key: string = randomUUID(),
) => api.post<Shown>(who, '/v1/feeds/onboardings', body(more), { 'idempotency-key': key });
const at = (id: string, action = '') => `/v1/feeds/onboardings/${id}${action && `/${action}`}`;
const read = async (id: string, who: 'finn' | 'reader' = 'finn') => (await api.get<Shown>(who, at(id))).body;
const stepIs = (id: string, step: string, state: string) =>
  eventually(async () => (await read(id)).steps.some((one) => one.step === step && one.state === state));
const withdraw = async (id: string) => {
  await api.post('finn', at(id, 'withdraw'), { reason: 'the test is over' });
  await eventually(async () => (await read(id)).state === 'withdrawn');
};
const taskOf = (id: string, kind: string) =>
  eventually(async () => {
    const rows = await service.db.select().from(tasks).where(eq(tasks.subject, id));
    return rows.find((one) => one.kind === kind && one.state === 'open');
  });

beforeEach(async () => {
  const open = await service.db.select().from(feedOnboardings).where(isNull(feedOnboardings.closedAt));
  for (const { id } of open) await withdraw(id);
});

describe('the settings of an import in its trial', () => {
  it('stay while its own files are tried or wait for approval; what was tried with others is not approved', async () => {
    const { status, body: started } = await ask({ account: thistledown, kinds: ['sales', 'service'] });
    expect([status, started]).toEqual([202, expect.anything()]);
    await stepIs(started.id, 'permission', 'waiting');
    const folder = join(service.sandbox.sftp.folder, 'thistledown/IDS');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'a_SL.csv'), salesFile);
    const on = localDate(new Date(), 'America/Phoenix');
    await api.post('finn', at(started.id, 'permission'), { outcome: 'granted', saidBy: 'Kim Example', on });
    const complete = async (id: string, answers: object) => {
      await api.post('finn', `/v1/tasks/${id}/claim`);
      return api.post<Shown>('finn', `/v1/tasks/${id}/complete`, { answers });
    };
    const location = { ...locationAnswers(), directory: 'thistledown/IDS/' };
    expect(await complete((await taskOf(started.id, 'first-file')).id, location)).toMatchObject({ status: 200 });
    const approval = await taskOf(started.id, 'trial-approval');
    const { imports } = await read(started.id);
    const [sales, orders] = ['sales', 'service'].map((kind) => imports.find((one) => one.kind === kind)!.id);
    const change = (id: string, version: number, directory: string) =>
      api.call<Shown>('finn', 'PATCH', `/v1/feeds/imports/${id}`, { body: { version, directory } });
    const refused = (detail: string) => ({ status: 409, body: { detail: expect.stringContaining(detail) } });

    // The folder has no service file: its trial goes on waiting.
    await eventually(async () => (await read(started.id)).steps.some(({ taskId }) => taskId === approval.id));
    await eventually(async () => {
      const runs = await service.db.select().from(feedRuns).where(eq(feedRuns.importId, orders!));
      return runs.some(({ endedAt }) => endedAt !== null);
    });
    expect(await change(sales!, 1, 'thistledown/sales/')).toMatchObject(refused('waits for its approval'));
    expect((await change(orders!, 1, 'thistledown/service/')).status).toBe(200);

    const run = { id: randomUUID(), importId: orders!, importVersion: 2, trigger: 'trial', counts: noRows } as const;
    await service.db.insert(feedRuns).values({ ...run, workflowId: approval.workflowId });
    expect(await change(orders!, 2, 'thistledown/orders/')).toMatchObject(
      refused('wait until the trial run has ended'),
    );
    await service.db.delete(feedRuns).where(eq(feedRuns.id, run.id));

    // A change that came right before the task was opened.
    const setVersion = (version: number) =>
      service.db.update(feedImports).set({ version }).where(eq(feedImports.id, sales!));
    await setVersion(2);
    expect(await complete(approval.id, approve)).toMatchObject(refused('were changed after this trial'));
    await setVersion(1);
    expect((await complete(approval.id, approve)).status).toBe(200);
    expect((await change(sales!, 1, 'thistledown/sales/')).status).toBe(200);
  });
});

describe('a request', () => {
  it.each<[string, Record<string, unknown>, number, string, RegExp]>([
    [
      'of a dealer without a right to feeds',
      { account: mesaVerde },
      422,
      '/account',
      /not available for the package Silver/,
    ],
    [
      'of a kind that the DMS does not offer',
      { account: timberline, dms: 'automate', kinds: ['sales', 'service'] },
      400,
      '/kinds/1',
      /Automate has Sales only/,
    ],
    ['of CDK', { dms: 'cdk' }, 422, '/dms', /Pipelines/],
    [
      'with a contact who cannot be called',
      { contact: { ...contact, phone: 'tomorrow' } },
      400,
      '/contact/phone',
      /phone number/,
    ],
    [
      'with a contact who cannot be written to',
      { contact: { ...contact, email: 'kim' } },
      400,
      '/contact/email',
      /email address/,
    ],
    ['of an unknown dealer', { account: 'D-404' }, 422, '/account', /D-404/],
  ])('%s is rejected with the reason', async (_what, more, status, path, message) => {
    const answer = await ask(more);
    expect([answer.status, answer.body.errors]).toEqual([status, [{ path, message: expect.stringMatching(message) }]]);
    expect(await service.db.$count(feedOnboardings, eq(feedOnboardings.state, 'in_progress'))).toBe(0);
  });

  it('of a dealer without a right to feeds is taken with an administrator’s reason, and only with theirs', async () => {
    const exception = { account: mesaVerde, exceptionReason: 'pilot dealer' };
    expect((await ask(exception)).status).toBe(403);
    const { status, body: started } = await ask(exception, 'admin');
    expect(status).toBe(202);
    await stepIs(started.id, 'permission', 'waiting');
    expect((await read(started.id)).exception).toMatchObject({ reason: 'pilot dealer' });
  });

  it('joins the onboarding that is in progress, also of two at once, and the same call again is the same', async () => {
    const key = randomUUID();
    const before = service.sandbox.smtp.messages.length;
    const answers = await Promise.all([ask({}, 'finn', key), ask(), ask()]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    const [id, ...others] = new Set(answers.map(({ body: { id } }) => id));
    expect(others).toEqual([]);
    const again = await ask({}, 'finn', key);
    expect([again.body.id, again.headers['idempotency-replayed']]).toEqual([id, 'true']);
    expect(again.headers.location).toBe(at(id!));
    await stepIs(id!, 'permission', 'waiting');
    const late = await ask({ kinds: ['service'] });
    expect(late.body).toMatchObject({ id, kinds: ['sales'], tooLate: ['service'] });
    expect((await read(id!)).requests).toHaveLength(4);
    const sent = service.sandbox.smtp.messages.slice(before).filter(({ to }) => to === proResponse.proResponseEmail);
    expect(sent.map(({ text }) => /^Data: (.*)$/m.exec(text)?.[1])).toEqual(['Sales']);
  });

  it('while an earlier onboarding is ending opens the next one', async () => {
    const { body: first } = await ask();
    await stepIs(first.id, 'permission', 'waiting');
    await api.post('finn', at(first.id, 'withdraw'), { reason: 'asked by mistake' });
    // ProResponse is told to stop meanwhile.
    const second = await ask();
    expect(second.status).toBe(202);
    expect(second.body.id).not.toBe(first.id);
    expect((await read(first.id)).requests).toHaveLength(1);
    await stepIs(second.body.id, 'permission', 'waiting');
  });

  it('for what is imported already is refused', async () => {
    const { body: known } = await createImport(
      api,
      importBody(service.sandbox.sftp, { account: timberline, dms: 'automate' }),
    );
    const answer = await ask({ account: timberline, dms: 'automate', kinds: [] });
    expect([answer.status, answer.body.detail]).toEqual([409, expect.stringContaining(known.address)]);
  });
});

describe('what is missing', () => {
  it('is the T2 support team’s task, whose answers are checked and whose contact no history has', async () => {
    const { body: started } = await ask({ account: redwood, kinds: [], contact: { name: contact.name } });
    const { id: taskId, team, content } = await taskOf(started.id, 'onboarding-information');
    expect(team).toBe('t2-support');
    expect(content.instructions[0]).toMatch(/^Finn Feeds requested feeds for this dealer, but /);
    await api.post('tara', `/v1/tasks/${taskId}/claim`);
    const answers = { contactEmail: contact.email, kinds: 'service', package: 'gold', level: 'L5' };
    const complete = (contactPhone: string) =>
      api.post<Shown>('tara', `/v1/tasks/${taskId}/complete`, { answers: { ...answers, contactPhone } });
    const wrong = await complete('none');
    expect([wrong.status, wrong.body.errors]).toEqual([
      422,
      [{ path: '/answers/contactPhone', message: expect.stringMatching(/phone number/) }],
    ]);
    expect((await complete(' ')).status).toBe(422);
    expect((await complete(contact.phone)).status).toBe(200);
    await stepIs(started.id, 'permission', 'waiting');
    expect((await read(started.id)).contact).toEqual(contact);
    expect(await read(started.id, 'reader')).not.toHaveProperty('contact');
    const [task] = await service.db.select().from(tasks).where(eq(tasks.id, taskId));
    expect(task!.answers).toMatchObject({ contactPhone: 'kept in the record', kinds: 'service' });
  });
});

describe('the permission', () => {
  it('is recorded with who said it and when, not later than today, and drives what may be done next', async () => {
    const { body: started } = await ask();
    await stepIs(started.id, 'permission', 'waiting');
    const on = localDate(new Date(), 'America/Denver');
    const permission = { outcome: 'granted', saidBy: 'Kim Example', on };
    const missing = async () =>
      (await read(started.id)).allowedActions.filter((one) => one.missing === null).map(({ action }) => action);
    expect(await missing()).toEqual(['record_permission', 'withdraw']);
    const later = localDate(new Date(Date.now() + 2 * 86_400_000), 'America/Denver');
    expect((await api.post('finn', at(started.id, 'permission'), { ...permission, on: later })).status).toBe(422);
    expect((await api.post('finn', at(started.id, 'first-file'))).status).toBe(409);
    const recorded = await api.post<Shown>('finn', at(started.id, 'permission'), permission);
    expect([recorded.status, recorded.body.permissions]).toEqual([
      200,
      [expect.objectContaining({ outcome: 'granted', saidBy: 'Kim Example', recordedBy: 'finn' })],
    ]);
    const other = await api.post<Shown>('finn', at(started.id, 'permission'), { ...permission, outcome: 'refused' });
    expect([other.status, other.body.detail]).toEqual([409, expect.stringContaining('was recorded already: granted')]);
    expect((await read(started.id)).permissions).toHaveLength(1);
    expect(await missing()).toContain('report_file');
    const { id: taskId } = await taskOf(started.id, 'first-file');
    await api.post('finn', `/v1/tasks/${taskId}/claim`);
    const answers = { ...locationAnswers(), host: 'elsewhere.example.com' };
    const wrong = await api.post<Shown>('finn', `/v1/tasks/${taskId}/complete`, { answers });
    expect([wrong.status, wrong.body.errors[0]]).toEqual([
      422,
      { path: '/answers/host', message: expect.stringContaining('FEED_SFTP_HOSTS') },
    ]);
    expect((await api.post('finn', `/v1/tasks/${taskId}/complete`, { answers: locationAnswers() })).status).toBe(200);
    await stepIs(started.id, 'first-file', 'done');
    const { imports } = await read(started.id);
    expect(imports).toMatchObject([{ kind: 'sales', state: 'trial', trial: null }]);
    await insertTrial(imports[0]!.id);
    // There is no such folder.
    const { id: blockedId } = await taskOf(started.id, 'trial-blocked');
    const needs = async () =>
      (await api.get<{ feeds: object[] }>('reader', `/v1/feeds/health?account=${bigSky}`)).body.feeds;
    await expect
      .poll(needs, { timeout: 10_000 })
      .toMatchObject([{ importId: imports[0]!.id, needsPerson: [{ taskId: blockedId, kind: 'trial-blocked' }] }]);
    const inProgress = await api.get<{ onboardings: { id: string }[] }>('reader', '/v1/feeds/onboardings?open=true');
    expect(inProgress.body.onboardings.find(({ id }) => id === started.id)).toMatchObject({
      openTasks: [{ id: blockedId, kind: 'trial-blocked', team: 'feeds' }],
    });
    const shown = async (who: 'finn' | 'reader') => (await read(started.id, who)).imports[0]!.trial!.report.files;
    expect(await shown('finn')).toMatchObject([{ path: 'a_SL.csv', sample: [{ contact: { firstName: 'Quinn' } }] }]);
    expect(await shown('reader')).toMatchObject([{ path: 'a_SL.csv', sample: null }]);

    // Its evidence, when the feed takes its files daily too.
    const importId = imports[0]!.id;
    const daily = {
      id: randomUUID(),
      importId,
      importVersion: 1,
      workflowId: 'x',
      trigger: 'schedule',
      counts: noRows,
    } as const;
    await service.db
      .insert(feedRuns)
      .values({ ...daily, outcome: 'imported', startedAt: new Date(Date.now() + 1_000) });
    const ofThis = eq(feedOnboardings.id, started.id);
    const [row] = await service.db.select().from(feedOnboardings).where(ofThis);
    const approved = { state: 'done', evidence: 'approved: compared' } as const;
    const steps = row!.steps.map((one) => (one.step === 'trial-sales' ? { ...one, ...approved } : one));
    await service.db.update(feedOnboardings).set({ steps }).where(ofThis);
    expect(await shown('finn')).toMatchObject([{ path: 'a_SL.csv' }]);
    expect((await read(started.id)).steps).toContainEqual(
      expect.objectContaining({
        step: 'trial-sales',
        evidence: 'approved: compared · a_SL.csv: 0 read, 0 to import, 0 rejected',
      }),
    );
  });
});

function locationAnswers(): Record<string, string> {
  const { host, port, hostKey } = service.sandbox.sftp;
  return {
    ...{ directory: 'bigsky/IDS/', filename: '_SL\\.csv', host: `${host}:${port}`, hostKey },
    ...{ username: 'sandbox-username', signInWith: 'password', secret: 'sandbox-password' },
  };
}

async function insertTrial(importId: string): Promise<void> {
  const id = randomUUID();
  const run = {
    id,
    importId,
    importVersion: 1,
    workflowId: `feeds/import/${importId}/${id}`,
    trigger: 'trial',
    counts: noRows,
  } as const;
  await service.db.insert(feedRuns).values({ ...run, outcome: 'imported', endedAt: new Date() });
  await addToReport(service.db, service.outside.cipher, id, {
    ...{ path: 'a_SL.csv', state: 'imported', counts: noRows, contactsFound: 0, contactsCreated: 1, rejections: [] },
    sample: [{ ...bareSale, contact: { ...bareSale.contact, firstName: 'Quinn' } }],
  });
}
