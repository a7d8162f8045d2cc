import { randomUUID } from 'node:crypto';
import { WorkflowNotFoundError } from '@temporalio/client';
import { eq, like } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { mostComments } from '../../db/queries/comments.ts';
import { saveDraft } from '../../db/queries/taskNotes.ts';
import { closeTasks, findTask } from '../../db/queries/tasks.ts';
import { events, outbox, tasks } from '../../db/schema/shared.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { dealerWith } from '../support/runs.ts';
import { serviceForFile } from '../support/serviceForFile.ts';

const { service, api } = await serviceForFile({
  dealers: Array.from({ length: 20 }, (_, index) => dealerWith(`N-${100 + index}`, 'dms/cdk')),
});
type Who = keyof typeof api.keys;

interface Task {
  state: string;
  draft: { answers: object; by: string; at: string } | null;
  comments: { id: string; at: string; by: string; text: string }[];
  events: { action: string; detail: string | null; by: string }[];
}
interface Problem {
  type: string;
  detail: string;
  errors?: { path: string; message: string }[];
}

let next = 100;
let account: string;
let id: string;
let dealer: ReturnType<typeof dealerOf>;
let cancellation: { id: string; ended(): Promise<Record<string, string>> };
beforeEach(async () => {
  account = `N-${next++}`;
  dealer = dealerOf(service, account);
  cancellation = await dealer.cancel(['dms/cdk']);
  id = (await dealer.task('cdk-case')).id;
});

const task = async (who: Who = 'olivia') => (await api.get<Task>(who, `/v1/tasks/${id}`)).body;
/** @returns the ID of another dealer's task */
async function openAnother(): Promise<string> {
  const another = dealerOf(service, `N-${next++}`);
  await another.cancel(['dms/cdk']);
  return (await another.task('cdk-case')).id;
}
const act = (who: Who, action: string, body: object = {}) => api.post(who, `/v1/tasks/${id}/${action}`, body);
const draft = (who: Who, answers: unknown, more: { base?: string | null } = {}) =>
  api.call<Problem & { at: string }>(who, 'PUT', `/v1/tasks/${id}/draft`, { body: { answers, ...more } });
const comment = (who: Who, text: unknown, commentId: string = randomUUID(), of = id) =>
  api.call<Problem & { id: string; by: string; text: string; at: string }>(
    who,
    'PUT',
    `/v1/tasks/${of}/comments/${commentId}`,
    { body: { text } },
  );
const problem = (status: number, type: string, more: object = {}) => ({
  status,
  body: { type: `/problems/${type}`, ...more },
});

/** Everything that the histories of the dealer's workflows hold, decoded. */
async function histories(): Promise<string> {
  let all = '';
  for await (const { workflowId, runId } of service.client.workflow.list()) {
    if (!workflowId.includes(account) && !workflowId.includes(id) && !workflowId.startsWith('notice/')) continue;
    const { events: its } = await service.client.workflow.getHandle(workflowId, runId).fetchHistory();
    for (const event of its!) {
      const payloads = JSON.stringify(event).matchAll(/"payloads":(\[.*?\])/g);
      all += JSON.stringify(event);
      for (const [, found] of payloads) {
        const decoded = await service.dataConverter.payloadCodecs![0]!.decode(
          JSON.parse(found!).map((one: { metadata: Record<string, string>; data: string }) => ({
            metadata: Object.fromEntries(
              Object.entries(one.metadata ?? {}).map(([name, value]) => [name, Buffer.from(value, 'base64')]),
            ),
            data: Buffer.from(one.data ?? '', 'base64'),
          })),
        );
        all += decoded.map(({ data }) => Buffer.from(data ?? []).toString()).join('\n');
      }
    }
  }
  return all;
}

describe('a draft of the answers', () => {
  it('is shown to the task’s team, its team lead and administrators only', async () => {
    await act('olivia', 'claim');
    await draft('olivia', { caseNumber: 'C-draft-1' });
    for (const who of ['olivia', 'oscar', 'lena', 'admin'] as const)
      expect([who, (await task(who)).draft]).toMatchObject([who, { answers: { caseNumber: 'C-draft-1' } }]);
    for (const who of ['finn', 'reader', 'offboarding'] as const)
      expect([who, (await task(who)).draft]).toEqual([who, null]);
  });

  it('does not replace one that was saved since the one that it continues', async () => {
    await act('olivia', 'claim');
    const first = await draft('olivia', { caseNumber: 'C-1' }, { base: null });
    expect(first.status).toBe(200);
    const replaced = problem(409, 'draft-replaced');
    expect(await draft('olivia', { caseNumber: 'C-other-tab' }, { base: null })).toMatchObject(replaced);
    const second = await draft('olivia', { caseNumber: 'C-12' }, { base: first.body.at });
    expect(second.status).toBe(200);
    expect(await draft('olivia', { caseNumber: 'C-other-tab' }, { base: first.body.at })).toMatchObject(replaced);
    expect((await task()).draft).toMatchObject({ answers: { caseNumber: 'C-12' } });
    const anyway = await draft('olivia', { caseNumber: 'C-anyway' });
    expect(anyway.status).toBe(200);
    expect(await draft('olivia', {}, { base: 'yesterday' })).toMatchObject(
      problem(400, 'invalid-request', { errors: [{ path: '/base' }] }),
    );
  });

  it('is kept with who saved it and when, and whoever takes the task over sees it', async () => {
    await act('olivia', 'claim');
    expect((await task()).draft).toBeNull();
    const saved = await draft('olivia', { caseNumber: 'C-draft-1', terminated: false });
    expect(saved).toMatchObject({
      status: 200,
      body: { answers: { caseNumber: 'C-draft-1', terminated: false }, by: 'olivia', at: expect.any(String) },
    });
    expect((await task()).draft).toEqual(saved.body);
    await act('lena', 'assign', { to: 'oscar' });
    await act('oscar', 'claim');
    expect((await task()).draft).toEqual(saved.body);

    expect((await draft('oscar', { caseNumber: 'C-draft-2' })).status).toBe(200);
    expect((await task()).draft).toMatchObject({ answers: { caseNumber: 'C-draft-2' }, by: 'oscar' });
    await act('oscar', 'complete', { answers: { caseNumber: 'C-2', terminated: true } });
    expect(await task()).toMatchObject({ state: 'done', draft: null, answers: { caseNumber: 'C-2' } });
    const { text } = await api.get('reader', `/v1/cancellations/${cancellation.id}/report`);
    expect(text).not.toContain('C-draft');
    expect(JSON.stringify(await service.db.select().from(events))).not.toContain('C-draft');
    const recorded = await histories();
    expect(recorded).toContain('C-2');
    expect(recorded).not.toContain('C-draft');
  });

  it('stays while the task is escalated, and is gone when it is closed without completing it', async () => {
    await act('olivia', 'claim');
    await draft('olivia', { caseNumber: 'C-1' });
    await act('olivia', 'escalate', { reason: 'no login' });
    expect(await draft('olivia', { caseNumber: 'C-2' })).toMatchObject(problem(409, 'wrong-state'));
    expect(await task()).toMatchObject({ state: 'escalated', draft: { answers: { caseNumber: 'C-1' } } });
    await act('lena', 'close-not-completed', { reason: 'CDK ended it' });
    expect(await task()).toMatchObject({ state: 'not_completed', draft: null });
    expect(await findTask(service.db, id)).toMatchObject({ draftAnswers: null, draftBy: null, draftAt: null });
  });

  it('is not shown of a task that was closed without its workflow, and is there again when that opens it again', async () => {
    await act('olivia', 'claim');
    await draft('olivia', { caseNumber: 'C-1' });
    await service.db.transaction((tx) => closeTasks(tx, eq(tasks.id, id), { reason: 'its process is gone' }));
    expect(await task()).toMatchObject({ state: 'closed', draft: null });
    const { workflowId } = (await findTask(service.db, id))!;
    await service.client.workflow.getHandle(workflowId).executeUpdate('refreshTask', { args: [{ taskId: id }] });
    expect(await task()).toMatchObject({ state: 'claimed', draft: { answers: { caseNumber: 'C-1' } } });
  });

  it('is refused to all but the person who has claimed the task, in the words of the rules', async () => {
    const unclaimed = { detail: 'The task is open: claim it first.' };
    expect(await draft('olivia', {})).toMatchObject(problem(409, 'wrong-state', unclaimed));
    await act('olivia', 'claim');
    const claimed = {
      detail: 'The task is claimed by Olivia Ops: ask them to release it, or a team lead to assign it to you.',
    };
    expect(await draft('oscar', {})).toMatchObject(problem(409, 'claimed-by-another', claimed));
    expect(await draft('lena', {})).toMatchObject(problem(409, 'claimed-by-another'));
    expect(await draft('finn', {})).toMatchObject(problem(403, 'not-in-team'));
    expect(await draft('admin', {})).toMatchObject(problem(403, 'not-a-person'));
    expect(await draft('reader', {})).toMatchObject(problem(403, 'forbidden'));
    await act('olivia', 'complete', { answers: { caseNumber: 'C-1', terminated: true } });
    const done = { detail: 'The task is done; this needs it to be claimed.' };
    expect(await draft('olivia', {})).toMatchObject(problem(409, 'wrong-state', done));
    expect((await task()).draft).toBeNull();
  });

  it('names each field that the task does not have, or that has another type', async () => {
    await act('olivia', 'claim');
    expect(await draft('olivia', { caseNumber: true, ticket: 'T-1', terminated: 'yes' })).toMatchObject(
      problem(422, 'bad-answers', {
        errors: [
          { path: '/answers/caseNumber', message: "“The case's number” must be a text in a draft." },
          { path: '/answers/ticket', message: 'The task has no such field. Its fields: caseNumber, terminated.' },
          {
            path: '/answers/terminated',
            message: '“CDK has terminated the integration” must be true or false in a draft.',
          },
        ],
      }),
    );
    for (const wrong of [
      { caseNumber: 'x'.repeat(5_001) },
      { caseNumber: 5 },
      { caseNumber: null },
      Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`f${index}`, ''])),
      [],
      'C-1',
      undefined,
    ])
      expect(await draft('olivia', wrong)).toMatchObject(problem(400, 'invalid-request'));
    expect((await task()).draft).toBeNull();
  });

  it('is not written into a task that another person has got, or that was closed, after the rules were looked at', async () => {
    await act('olivia', 'claim');
    const save = (by: string) => saveDraft(service.db, { taskId: id, by, answers: { caseNumber: by } });
    // A save that was on its way when the team lead gave the task to another person, who has claimed it.
    await act('lena', 'assign', { to: 'oscar' });
    expect(await save('olivia')).toBeUndefined();
    await act('oscar', 'claim');
    expect(await save('olivia')).toBeUndefined();
    expect(await save('oscar')).toMatchObject({ draftBy: 'oscar' });
    await dealer.withdraw();
    await dealer.task('cdk-case', 'closed');
    expect(await save('oscar')).toBeUndefined();
    expect(await task()).toMatchObject({ state: 'closed', draft: null });
    expect((await findTask(service.db, id))!.draftAnswers).toBeNull();
  });

  it('of ten saves at once, while the task is completed, leaves nothing in the task that is done', async () => {
    await act('olivia', 'claim');
    const saves = Array.from({ length: 10 }, (_, index) => draft('olivia', { caseNumber: `C-${index}` }));
    const done = act('olivia', 'complete', { answers: { caseNumber: 'C-1', terminated: true } });
    expect((await done).status).toBe(200);
    for (const { status } of await Promise.all(saves)) expect([200, 409]).toContain(status);
    expect(await task()).toMatchObject({ state: 'done', draft: null });
  });
});

describe('a comment', () => {
  it('is in the trail of its task, its cancellation and its account, also of a task that has ended', async () => {
    const first = await comment('oscar', '  CDK calls back on Monday.\nAsk for Kim.  ');
    expect(first).toMatchObject({
      status: 200,
      body: { by: 'oscar', text: 'CDK calls back on Monday.\nAsk for Kim.', at: expect.any(String) },
    });
    await act('olivia', 'claim');
    await act('olivia', 'complete', { answers: { caseNumber: 'C-1', terminated: true } });
    const second = await comment('admin', 'The case was C-1.');
    expect(await task()).toMatchObject({ state: 'done', comments: [first.body, second.body] });
    const trail = (await task()).events.filter(({ action }) => action === 'Comment');
    expect(trail.map(({ by, detail }) => [by, detail])).toEqual([
      ['oscar', 'CDK calls back on Monday.\nAsk for Kim.'],
      ['key:admin', 'The case was C-1.'],
    ]);
    for (const filter of [`subject=${cancellation.id}`, `account=${account}`]) {
      const url = `/v1/events?process=cancellations&${filter}&limit=100`;
      const { body } = await api.get<{ events: { id: string; keyId: string; taskId: string; vendor: string }[] }>(
        'admin',
        url,
      );
      const found = body.events.find((event) => event.id === `comment/${first.body.id}`);
      expect(found).toMatchObject({ taskId: id, vendor: 'dms/cdk', keyId: expect.any(String) });
    }
    const report = await api.get('reader', `/v1/cancellations/${cancellation.id}/report`);
    expect(report.text).toContain('Ask for Kim.');
    const recorded = await histories();
    expect(recorded).toContain('C-1');
    expect(recorded).not.toContain('Ask for Kim');
  });

  it('keeps its lines and loses what nobody sees', async () => {
    const text = 'CDK \u202Ecalls\u202C back\u200B\r\n\tAsk for Kim\uFEFF.';
    expect(await comment('olivia', text)).toMatchObject({
      status: 200,
      body: { text: 'CDK calls back\n\tAsk for Kim.' },
    });
    expect(await comment('olivia', 'a\u0007b')).toMatchObject(
      problem(400, 'invalid-request', {
        errors: [{ path: '/text', message: 'holds a character that cannot be read (U+0007)' }],
      }),
    );
    expect(await comment('olivia', '\u200B\u2060')).toMatchObject(
      problem(400, 'invalid-request', { errors: [{ path: '/text', message: expect.any(String) }] }),
    );
  });

  it('sent again is one; its ID with other words, of another person or for another task is refused', async () => {
    const commentId = randomUUID();
    const sent = await Promise.all(Array.from({ length: 5 }, () => comment('olivia', 'once', commentId)));
    expect(sent.map(({ status }) => status)).toEqual(Array(5).fill(200));
    expect(await comment('olivia', 'once', commentId.toUpperCase())).toMatchObject({
      status: 200,
      body: sent[0]!.body,
    });
    const taken = problem(409, 'conflict', { detail: expect.stringContaining('choose a new UUID') });
    expect(await comment('olivia', 'twice', commentId)).toMatchObject(taken);
    expect(await comment('oscar', 'once', commentId)).toMatchObject(taken);
    const other = await openAnother();
    expect(await comment('olivia', 'once', commentId, other)).toMatchObject(taken);
    expect((await task()).comments.map(({ text }) => text)).toEqual(['once']);
  });

  it('of two tasks that take the same ID at once is one of them', async () => {
    const both = [id, await openAnother()];
    const commentId = randomUUID();
    const answers = await Promise.all(both.map((of) => comment('olivia', 'same', commentId, of)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('is taken from another team too, as one on the cancellation is', async () => {
    expect(await comment('finn', 'The feed has stopped.')).toMatchObject({ status: 200, body: { by: 'finn' } });
  });

  it('is refused to keys that only read, and so are wrong texts and IDs', async () => {
    for (const who of ['reader', 'offboarding'] as const)
      expect(await comment(who, 'x')).toMatchObject(problem(403, 'forbidden'));
    for (const wrong of ['', '   ', 'x'.repeat(2_001), 5, null, undefined, 'a\0b'])
      expect(await comment('olivia', wrong)).toMatchObject(problem(400, 'invalid-request'));
    expect(await comment('olivia', 'x', 'not-a-uuid')).toMatchObject(problem(400, 'invalid-request'));
    expect(await comment('olivia', 'x', randomUUID(), randomUUID())).toMatchObject(problem(404, 'not-found'));
    expect((await task()).comments).toEqual([]);
    expect((await comment('olivia', '😀'.repeat(2_000))).status).toBe(200);
    expect((await task()).comments[0]!.text).toBe('😀'.repeat(2_000));
  });

  it(`beyond ${mostComments} of a task is refused with a clear error, also when several come at once`, async () => {
    const given = { process: 'cancellations', subject: cancellation.id, taskId: id, by: 'olivia', action: 'Comment' };
    const written = Array.from({ length: mostComments - 2 }, () => ({ ...given, id: `comment/${randomUUID()}` }));
    await service.db.insert(events).values(written as (typeof events.$inferInsert)[]);
    const answers = await Promise.all(Array.from({ length: 5 }, (_, index) => comment('olivia', `${index}`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 409, 409, 409]);
    expect(answers.find(({ status }) => status === 409)).toMatchObject(
      problem(409, 'conflict', { detail: 'The task has 200 comments, and takes no more.' }),
    );
    expect((await task()).comments).toHaveLength(mostComments);
  });

  it('of somebody else is mailed to who has the task, without its text; nobody hears of their own', async () => {
    await act('olivia', 'claim');
    await comment('olivia', 'my own words');
    const commentId = randomUUID();
    await comment('oscar', 'Ask for Kim.', commentId);
    await comment('oscar', 'Ask for Kim.', commentId);
    const mails = () => service.db.select().from(outbox).where(like(outbox.businessKey, 'comment/%'));
    const mail = await eventually(async () =>
      (await mails()).find(
        (one) => one.businessKey === `comment/${commentId}/${id}/olivia` && one.state === 'accepted',
      ),
    );
    expect(mail).toMatchObject({
      to: 'olivia@example.com',
      subject: expect.stringMatching(/^New comment: Create CDK's/),
    });
    expect(mail.body).toContain('Somebody else commented on this task.');
    expect(mail.body).not.toContain('Kim');
    await act('olivia', 'complete', { answers: { caseNumber: 'C-1', terminated: true } });
    const late = await comment('oscar', 'too late for a mail');
    const own = (await task()).comments.find(({ by }) => by === 'olivia')!;
    const isStarted = (of: string) =>
      service.client.workflow
        .getHandle(`notice/comment/${of}/${id}`)
        .describe()
        .then(
          () => true,
          (error) => {
            if (error instanceof WorkflowNotFoundError) return false;
            throw error;
          },
        );
    expect(await Promise.all([commentId, own.id, late.body.id].map(isStarted))).toEqual([true, false, false]);
    expect(await mails()).toHaveLength(1);
  });
});
