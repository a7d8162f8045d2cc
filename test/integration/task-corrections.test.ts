import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { createKey } from '../../db/queries/keys.ts';
import { cancellationIntegrations } from '../../db/schema/cancellations.ts';
import { apiOf } from '../support/api.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { dealerWith } from '../support/runs.ts';
import { serviceForFile } from '../support/serviceForFile.ts';
import type { ProblemBody, View } from '../support/views.ts';

const { service, api } = await serviceForFile({
  dealers: Array.from({ length: 20 }, (_, index) => dealerWith(`R-${100 + index}`, 'dms/cdk')),
  dataAfterEndGraceDays: 1,
});
type Who = keyof typeof api.keys;

let next = 100;
let account: string;
let dealer: ReturnType<typeof dealerOf>;
let cancellation: { id: string; ended(): Promise<Record<string, string>> };
let id: string;
beforeEach(async () => {
  account = `R-${next++}`;
  dealer = dealerOf(service, account);
  cancellation = await dealer.cancel(['dms/cdk'], { dealerIds: { 'dms/cdk': `CDK${account}` } });
  id = (await dealer.task('cdk-case')).id;
});

const correct = (who: Who, answers: unknown, reason: unknown = 'wrong digit', of = id) =>
  api.post<ProblemBody & { answers: object }>(who, `/v1/tasks/${of}/correct`, { answers, reason });
const complete = async () => {
  await dealer.done('cdk-case', { caseNumber: 'C-1', terminated: true });
  await cancellation.ended();
};
const problem = (status: number, type: string, more: object = {}) => ({
  status,
  body: { type: `/problems/${type}`, ...more },
});
const task = async (of = id) =>
  (
    await api.get<{ answers: object; events: { action: string; by: string; detail: string }[]; corrections: object[] }>(
      'reader',
      `/v1/tasks/${of}`,
    )
  ).body;
const corrections = async (of = id) =>
  (await task(of)).events.filter(({ action }) => action.startsWith('Task corrected'));
const evidence = async () => {
  const { body } = await api.get<View>('reader', `/v1/cancellations/${cancellation.id}`);
  return body.integrations[0]!.steps.find((step) => step.taskId === id)?.evidence;
};
const said = (from: string, to: string, reason = 'wrong digit') =>
  `${reason} (The case's number: "${from}" is now "${to}")`;

describe('a correction of a fact', () => {
  it('is shown by the task, the cancellation and the report, whose events say that it was corrected, why and by whom', async () => {
    await complete();
    expect(await evidence()).toBe('case C-1, termination confirmed');
    expect(await correct('lena', { caseNumber: 'C-2' }, '  wrong digit ')).toMatchObject({
      status: 200,
      body: { state: 'done', answers: { caseNumber: 'C-2', terminated: true } },
    });
    expect(await evidence()).toBe('case C-2, termination confirmed');
    expect(await corrections()).toMatchObject([{ by: 'lena', detail: said('C-1', 'C-2') }]);
    const corrected = (before: string, after: string, reason: string) => ({
      ...{ at: expect.stringMatching(/Z$/), by: 'lena', reason },
      changes: [{ field: 'caseNumber', before, after }],
    });
    expect((await task()).corrections).toEqual([corrected('C-1', 'C-2', 'wrong digit')]);
    const report = await api.get<View>('reader', `/v1/cancellations/${cancellation.id}/report`);
    expect(report.text).toContain('case C-2, termination confirmed');
    expect(report.body).toMatchObject({ events: expect.arrayContaining([expect.objectContaining({ by: 'lena' })]) });
    const page = await api.call('reader', 'GET', `/v1/cancellations/${cancellation.id}/report`, {
      headers: { accept: 'text/html' },
    });
    expect(page.text).toContain('case C-2, termination confirmed');
    const onPage = page.text.replace(/<[^>]*>/g, '');
    expect(onPage).toMatch(/number: C-2corrected by Lena Lead on .*, was C-1: wrong digit/);
    expect(onPage).not.toContain('Task corrected');
  });

  it('with long values of wide characters is whole in the trail, and the evidence is cut between characters', async () => {
    const long = `a${'😀'.repeat(300)}`;
    await dealer.done('cdk-case', { caseNumber: long, terminated: true });
    await cancellation.ended();
    expect(await evidence()).toBe(`case a${'😀'.repeat(49)}, termination confirmed`);
    expect((await correct('lena', { caseNumber: `b${long}` }, '😀'.repeat(500))).status).toBe(200);
    expect(await evidence()).toBe(`case ba${'😀'.repeat(49)}, termination confirmed`);
    expect(await corrections()).toMatchObject([{ detail: said(long, `b${long}`, '😀'.repeat(500)) }]);
  });

  it('is for the team lead of the task’s team and administrators only', async () => {
    await complete();
    expect(await correct('olivia', { caseNumber: 'C-2' })).toMatchObject(problem(403, 'team-leads-only'));
    expect(await correct('oscar', { caseNumber: 'C-2' })).toMatchObject(problem(403, 'team-leads-only'));
    expect(await correct('finn', { caseNumber: 'C-2' })).toMatchObject(problem(403, 'not-in-team'));
    for (const who of ['reader', 'offboarding'] as const)
      expect(await correct(who, { caseNumber: 'C-2' })).toMatchObject(problem(403, 'forbidden'));
    const { key } = await createKey(service.db, { name: 'lena reads', scopes: ['read'], personId: 'lena' });
    const readOnly = await api.call<ProblemBody>(null, 'POST', `/v1/tasks/${id}/correct`, {
      body: { answers: { caseNumber: 'C-2' }, reason: 'wrong digit' },
      headers: { authorization: `Bearer ${key}` },
    });
    expect(readOnly).toMatchObject(problem(403, 'forbidden'));
    expect(await corrections()).toEqual([]);
    expect((await correct('admin', { caseNumber: 'C-3' })).status).toBe(200);
    expect(await corrections()).toMatchObject([{ by: 'key:admin', detail: said('C-1', 'C-3') }]);
  });

  it('is refused while the task is not done, and when it ended otherwise', async () => {
    const unclaimed = { detail: 'The task is open; this needs it to be done.' };
    expect(await correct('lena', { caseNumber: 'C-2' })).toMatchObject(problem(409, 'wrong-state', unclaimed));
    await api.post('olivia', `/v1/tasks/${id}/escalate`, { reason: 'no login' });
    await api.post('lena', `/v1/tasks/${id}/close-not-completed`, { reason: 'CDK ended it' });
    const closed = { detail: expect.stringMatching(/^The task is not completed/) };
    expect(await correct('lena', { caseNumber: 'C-2' })).toMatchObject(problem(409, 'wrong-state', closed));
    expect(await correct('lena', { caseNumber: 'C-2' }, 'x', randomUUID())).toMatchObject(problem(404, 'not-found'));
  });

  it('of a decision, of another field, or with a wrong value is refused, and nothing is half done', async () => {
    await complete();
    const decision =
      'The process has continued with this decision, list or confirmation, so it cannot be corrected. Can be corrected: caseNumber.';
    expect(await correct('lena', { caseNumber: 'C-2', terminated: 'no', ticket: 'T-1' })).toMatchObject(
      problem(422, 'bad-correction', {
        title: 'Some answers cannot be corrected like this',
        detail: expect.stringMatching(/^Nothing was corrected\. /),
        errors: [
          { path: '/answers/terminated', message: decision },
          { path: '/answers/ticket', message: 'The task has no such field. Can be corrected: caseNumber.' },
        ],
      }),
    );
    for (const damaged of ['-', '#REF!', '5.55101E+11'])
      expect(await correct('lena', { caseNumber: damaged })).toMatchObject(
        problem(422, 'bad-correction', { errors: [{ path: '/answers/caseNumber', message: expect.any(String) }] }),
      );
    for (const [answers, reason] of [
      [{}, 'x'],
      [{ terminated: false }, 'x'],
      [{ caseNumber: ' ' }, 'x'],
      [{ caseNumber: 'x'.repeat(501) }, 'x'],
      [Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`f${index}`, 'x'])), 'x'],
      [undefined, 'x'],
      [{ caseNumber: 'C-2' }, ''],
      [{ caseNumber: 'C-2' }, null],
      [{ caseNumber: 'C-2' }, 'x'.repeat(501)],
    ])
      expect(await correct('lena', answers, reason)).toMatchObject(problem(400, 'invalid-request'));
    expect(await task()).toMatchObject({ answers: { caseNumber: 'C-1', terminated: true } });
    expect(await evidence()).toBe('case C-1, termination confirmed');
    expect(await corrections()).toEqual([]);
  });

  it('sent again, also ten times at once, is one; two different ones at once are both recorded', async () => {
    await complete();
    const repeated = await Promise.all(Array.from({ length: 10 }, () => correct('lena', { caseNumber: 'C-2' })));
    expect(repeated.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect((await correct('lena', { caseNumber: 'C-2' }, 'another reason')).status).toBe(200);
    expect(await corrections()).toMatchObject([{ detail: said('C-1', 'C-2') }]);

    const both = await Promise.all([correct('lena', { caseNumber: 'C-3' }), correct('admin', { caseNumber: 'C-4' })]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    const { answers } = (await task()) as { answers: { caseNumber: string } };
    const [earlier, later] = answers.caseNumber === 'C-4' ? ['C-3', 'C-4'] : ['C-4', 'C-3'];
    expect((await corrections()).map(({ detail }) => detail)).toEqual([
      said('C-1', 'C-2'),
      said('C-2', earlier!),
      said(earlier!, later!),
    ]);
    expect(await evidence()).toBe(`case ${later}, termination confirmed`);
  });

  it('waits for all workflows that it asks no longer than for one', async () => {
    await complete();
    const deadlines: number[] = [];
    const temporal = Object.create(service.client, {
      withDeadline: {
        value: (deadline: number, work: () => Promise<unknown>) => {
          deadlines.push(deadline);
          return service.client.withDeadline(deadline, work);
        },
      },
    });
    const other = await apiOf(service, { temporal });
    const body = { answers: { caseNumber: 'C-2' }, reason: 'wrong digit' };
    expect((await other.post('lena', `/v1/tasks/${id}/correct`, body)).status).toBe(200);
    // Both that may have the task, before and after its row is corrected.
    expect(deadlines).toEqual(Array(4).fill(deadlines[0]));
    expect(deadlines[0]! - Date.now()).toBeLessThanOrEqual(8_000);
    await other.close();
  });

  it('does not change what completing the task once more is answered', async () => {
    const answers = { caseNumber: 'C-1', terminated: true };
    const completeAgain = (more: object = {}) =>
      api.post<ProblemBody>('olivia', `/v1/tasks/${id}/complete`, { answers: { ...answers, ...more } });
    await complete();
    const again = { status: 200, body: { state: 'done' } };
    expect(await completeAgain()).toMatchObject(again);
    for (const caseNumber of ['C-2', 'C-3']) {
      expect((await correct('lena', { caseNumber })).status).toBe(200);
      expect(await completeAgain()).toMatchObject({ status: 200, body: { answers: { ...answers, caseNumber } } });
    }
    expect(await completeAgain({ caseNumber: 'C-3' })).toMatchObject(problem(409, 'wrong-state'));
    expect(await corrections()).toHaveLength(2);
  });

  it('of two people at once, while the process goes on, is the same in the task and in its step', async () => {
    // CST does not answer: the clean-up waits.
    await api.post('olivia', `/v1/tasks/${id}/claim`);
    service.sandbox.faults.cst.errors = Number.POSITIVE_INFINITY;
    await api.post('olivia', `/v1/tasks/${id}/complete`, { answers: { caseNumber: 'C-1', terminated: true } });
    const sent = await Promise.all([
      ...Array.from({ length: 5 }, () => correct('lena', { caseNumber: 'C-3' })),
      ...Array.from({ length: 5 }, () => correct('admin', { caseNumber: 'C-4' })),
    ]);
    expect(sent.map(({ status }) => status)).toEqual(Array(10).fill(200));
    const { answers } = (await task()) as { answers: { caseNumber: string } };
    expect(await evidence()).toBe(`case ${answers.caseNumber}, termination confirmed`);
    expect(await dealer.progress(cancellation.id, 'dms/cdk')).toMatchObject({ state: 'in_progress' });
    service.sandbox.faults.cst.errors = 0;
    await cancellation.ended();
    expect(await evidence()).toBe(`case ${answers.caseNumber}, termination confirmed`);
    expect((await corrections()).at(-1)!.detail).toMatch(new RegExp(`is now "${answers.caseNumber}"\\)$`));
  });

  it('of a task that belongs to no step changes its answers', async () => {
    await complete();
    const { key } = await createKey(service.db, { name: 'gateway', scopes: ['data:report'] });
    // It ended ten days ago.
    const { steps } = (await dealer.progress(cancellation.id, 'dms/cdk'))!;
    const endedAt = new Date(Date.now() - 10 * 86_400_000).toISOString();
    await service.db
      .update(cancellationIntegrations)
      .set({ steps: steps.map((step) => ({ ...step, endedAt })) })
      .where(eq(cancellationIntegrations.cancellationId, cancellation.id));
    const receivedAt = new Date().toISOString();
    const report = await api.call(null, 'POST', '/v1/cancellations/data-after-end', {
      headers: { authorization: `Bearer ${key}` },
      body: { integration: 'dms/cdk', dealerId: `CDK${account}`, kind: 'file', recordKey: 'a.csv', receivedAt },
    });
    expect(report.status).toBe(202);
    const found = await eventually(async () => (await dealer.tasks()).find(({ kind }) => kind === 'data-after-end'));
    await dealer.done('data-after-end', { outcome: 'late_data', action: 'asked CKD' });
    expect(await correct('lena', { action: 'asked CDK' }, 'typing error', found.id)).toMatchObject({
      status: 200,
      body: { answers: { outcome: 'late_data', action: 'asked CDK' } },
    });
    expect(await corrections(found.id)).toHaveLength(1);
  });
});
