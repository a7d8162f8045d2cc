import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Db, schema } from '../../db/client.ts';
import { registryTable, searchDealers, taskTables } from '../../db/queries/dealers.ts';
import { createKey } from '../../db/queries/keys.ts';
import { searchTasks } from '../../db/queries/taskSearch.ts';
import { cancellationRequests, cancellations } from '../../db/schema/cancellations.ts';
import { accounts, tasks } from '../../db/schema/shared.ts';
import type { TaskAnswers, TaskField, TaskState } from '../../domain/shared/tasks.ts';
import { dealerViewsOf } from '../support/dealerViews.ts';
import { serviceForFile } from '../support/serviceForFile.ts';
import type { ProblemBody } from '../support/views.ts';

const { service, api } = await serviceForFile({ withoutWorker: true, withoutCst: true });
const { list, dealer } = dealerViewsOf(api);

interface Found {
  dealers: { account: string; name: string | null }[];
  tasks: { id: string; title: string; state: string; matched: { label: string; value: string } | null }[];
  cancellations: { id: string; state: string }[];
  incomplete: string | null;
}
const search = async (q: string) => {
  const { status, body } = await api.get<Found & ProblemBody>('reader', `/v1/search?q=${encodeURIComponent(q)}`);
  expect([q, status, body.detail]).toEqual([q, 200, undefined]);
  return body;
};
const titlesOf = async (q: string) => (await search(q)).tasks.map(({ title }) => title);

const fields: TaskField[] = [
  { name: 'caseNumber', label: 'Case number', type: 'text' },
  { name: 'terminated', label: 'Terminated', type: 'confirm' },
];
interface Made {
  title: string;
  account?: string;
  dealerName?: string;
  state?: TaskState;
  answers?: TaskAnswers;
  /** Of its end. */
  daysAgo?: number;
}
const makeTasks = (made: Made[]) =>
  service.db.insert(tasks).values(
    made.map(({ title, state = 'open', daysAgo = 0, ...more }) => ({
      ...{ id: randomUUID(), workflowId: 'w', process: 'cancellations' as const, subject: 'none', kind: 'k' },
      ...{ team: 'ops' as const, state, version: 1, openedAt: sql`now()`, dueAt: sql`now()`, ...more },
      closedAt: state === 'done' ? sql`now() - make_interval(days => ${daysAgo})` : null,
      content: { title, instructions: [], texts: [], fields, ifNotCompleted: 'It stays.' },
    })),
  );
const makeAccounts = (names: Record<string, string>) =>
  service.db.insert(accounts).values(
    Object.entries(names).map(([id, name]) => ({
      ...{ id, name, effectiveStatus: 'Cancelled', timeZone: 'America/Chicago', integrations: [] },
    })),
  );
const cancel = async (account: string, dealerName: string, state: 'open' | 'closed', startedAt = sql`now()`) => {
  const id = randomUUID();
  const row = { id, account, dealerName, state, startedAt, requestedBy: 'key:offboarding' };
  await service.db.insert(cancellations).values({ ...row, reason: 'vendor_change' });
  return id;
};

beforeEach(async () => {
  for (const table of [tasks, accounts, cancellations]) await service.db.delete(table);
});

describe('the search over everything', () => {
  it('finds dealers by any part of the name or ID, the best first', async () => {
    await makeAccounts({
      ...{ 'A-1': 'Lakeside Ford', 'FORD-9': 'Nine Motors', 'A-2': 'Ford of Anytown', 'A-3': 'Bedford Trucks' },
      ...{ FORD: 'Four Letters', 'A-4': 'Something Else' },
    });
    const accountsOf = async (q: string) => (await search(q)).dealers.map(({ account }) => account);
    expect(await accountsOf('ford')).toEqual(['FORD', 'FORD-9', 'A-2', 'A-1', 'A-3']);
    expect(await accountsOf('FORD any')).toEqual(['A-2']);
    expect(await accountsOf('nobody')).toEqual([]);
  });

  it('finds tasks by a whole ticket or case number, however old, in either case, and says where it was', async () => {
    await makeTasks([
      { title: 'old', state: 'done', daysAgo: 3_000, answers: { caseNumber: 'CS-0042', terminated: true } },
      ...Array.from({ length: 2_001 }, (_, n) => ({
        title: `done ${n}`,
        state: 'done' as const,
        answers: { caseNumber: `X-${n}` },
      })),
    ]);
    expect(await search('cs-0042')).toMatchObject({
      tasks: [{ title: 'old', state: 'done', matched: { label: 'Case number', value: 'CS-0042' } }],
    });
    // Parts are looked for among the latest only.
    expect(await titlesOf('S-004')).toEqual([]);
    expect(await titlesOf('X-199')).toEqual(expect.arrayContaining(['done 199']));
    expect(await titlesOf('true')).toEqual([]);
  });

  it('finds tasks by parts of their title and dealer: a whole answer first, then open ones, then the latest that ended', async () => {
    await makeTasks([
      { title: 'Create a CDK case', account: 'D-1', dealerName: 'Blue Heron Volvo' },
      { title: 'Create a CDK case', account: 'D-2', dealerName: 'Juniper Ford', state: 'done', daysAgo: 2 },
      { title: 'Confirm', account: 'D-3', dealerName: 'CDK Motors', state: 'done', daysAgo: 1 },
      { title: 'Answered so', state: 'done', daysAgo: 90, answers: { caseNumber: 'CDK' } },
    ]);
    expect(await titlesOf('cdk')).toEqual(['Answered so', 'Create a CDK case', 'Confirm', 'Create a CDK case']);
    expect((await search('heron case')).tasks).toMatchObject([{ dealerName: 'Blue Heron Volvo', matched: null }]);
    expect(await titlesOf('D-3')).toEqual(['Confirm']);
    expect(await titlesOf('heron juniper')).toEqual([]);
  });

  it('finds cancellations by their dealer or their ID, those in progress first', async () => {
    const closed = await cancel('D-1', 'Blue Heron Volvo', 'closed');
    const older = await cancel('D-1', 'Blue Heron Volvo', 'closed', sql`now() - interval '1 day'`);
    const open = await cancel('D-2', 'Blue Lake Kia', 'open', sql`now() - interval '2 days'`);
    const idsOf = async (q: string) => (await search(q)).cancellations.map(({ id }) => id);
    expect(await idsOf('blue')).toEqual([open, closed, older]);
    expect(await idsOf('D-1')).toEqual([closed, older]);
    expect(await idsOf(older.toUpperCase())).toEqual([older]);
    expect((await search('blue')).dealers.map(({ account }) => account)).toEqual(['D-1', 'D-2']);
  });

  it('finds dealers by their ID at a vendor, of the registry and of cancellations, and says at which', async () => {
    await makeAccounts({ 'V-1': 'Amber Motors' });
    await service.db
      .update(accounts)
      .set({ integrations: [{ kind: 'dms', vendor: 'cdk', dealerId: '3PA0000777' }] })
      .where(sql`id = 'V-1'`);
    const cancellationId = await cancel('V-2', 'Birch Motors', 'closed');
    await service.db.insert(cancellationRequests).values({
      ...{ requestId: randomUUID(), cancellationId, reason: 'subscription_canceled', requestedBy: 'olivia' },
      ...{ integrations: ['crm/vinsolutions'], dealerIds: { 'crm/vinsolutions': '777204' } },
    });
    expect((await search('3PA0000777')).dealers).toMatchObject([
      { account: 'V-1', matched: { label: 'CDK ID', value: '3PA0000777' } },
    ]);
    expect((await search('777204')).dealers).toMatchObject([
      { account: 'V-2', name: 'Birch Motors', matched: { label: 'VinSolutions ID', value: '777204' } },
    ]);
    expect((await search('77720')).dealers).toEqual([]);
    expect((await search('birch')).dealers).toMatchObject([{ account: 'V-2', matched: null }]);
  });

  it('answers at most six of each group', async () => {
    await makeAccounts(Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`M-${n}`, `Many Motors ${n}`])));
    await makeTasks(Array.from({ length: 9 }, () => ({ title: 'many of them' })));
    for (let n = 0; n < 9; n += 1) await cancel('M-1', 'Many Motors', 'closed');
    const { dealers, tasks: found, cancellations: its } = await search('many');
    expect([dealers.length, found.length, its.length]).toEqual([6, 6, 6]);
  });

  it('takes % and _ and \\ and quotes for what they are', async () => {
    await makeAccounts({ 'P-1': '100% Motors', 'P-2': 'Under_score', 'P-3': 'Plain' });
    await makeTasks([{ title: 'Wipe 50% \\ "all" o\'clock', answers: { caseNumber: 'a"b\\c' }, state: 'done' }]);
    const found = async (q: string) => {
      const { dealers, tasks: some } = await search(q);
      return [dealers.map(({ account }) => account), some.length];
    };
    expect(await found('%')).toEqual([['P-1'], 1]);
    expect(await found('_')).toEqual([['P-2'], 0]);
    expect(await found('50% \\')).toEqual([[], 1]);
    expect(await found('a"b\\c')).toEqual([[], 1]);
    expect(await found("o'clock")).toEqual([[], 1]);
    expect(await found('%%%')).toEqual([[], 0]);
  });

  it('rejects an empty and an endless text, and needs the scope read', async () => {
    for (const q of ['', '%20%20', 'x'.repeat(101), '%00'])
      expect([q, (await api.get<ProblemBody>('reader', `/v1/search?q=${q}`)).status]).toEqual([q, 400]);
    const { key } = await createKey(service.db, { name: 'writer', scopes: ['tasks:write', 'cancellations:write'] });
    const headers = { authorization: `Bearer ${key}` };
    expect((await api.call(null, 'GET', '/v1/search?q=a', { headers })).status).toBe(403);
  });
});

describe('dealers where the registry is used', () => {
  it('are listed after those with activity, by ID, over all pages', async () => {
    await makeAccounts({ 'R-1': 'One', 'R-2': 'Two', 'R-3': 'Three' });
    const whole = (await list({})).map(({ account }) => account);
    expect(whole).toEqual(['R-1', 'R-2', 'R-3']);
    for (const limit of [1, 2, 3]) expect((await list({ limit })).map(({ account }) => account)).toEqual(whole);
  });

  it('have the name that was entered last, in the list and on their page', async () => {
    await cancel('R-1', 'Old Name Motors', 'closed', sql`now() - interval '3 days'`);
    await makeAccounts({ 'R-1': 'New Name Motors' });
    expect(await list({ search: 'old name' })).toMatchObject([{ account: 'R-1', name: 'New Name Motors' }]);
    expect(await dealer('R-1')).toMatchObject({ body: { name: 'New Name Motors', lookup: { source: 'registry' } } });
    expect(await dealer('R-404')).toMatchObject({
      status: 404,
      body: { detail: expect.stringContaining('PUT /v1/accounts/R-404') },
    });
  });
});

describe('the search among many', () => {
  it('reads an index for dealers of tasks and for whole answers, and is fast enough for each keystroke', async () => {
    const many = Array.from({ length: 20_000 }, (_, n) => ({
      title: `Task ${n % 50} of the dealer`,
      ...{
        account: `D-${n % 4_000}`,
        dealerName: `Dealer ${n % 4_000} Motors`,
        state: n % 10 ? ('done' as const) : ('open' as const),
      },
      answers: n % 10 ? { caseNumber: `CS-${n}`, terminated: true } : undefined,
      daysAgo: n % 700,
    }));
    for (let from = 0; from < many.length; from += 2_000) await makeTasks(many.slice(from, from + 2_000));
    await service.database.pool.query('vacuum analyze tasks');
    const [byAnswer] = await plansOf((db) => searchTasks(db, 'CS-1234', 6));
    expect(byAnswer).toContain('tasks_by_answers');
    const [dealers] = await plansOf((db) =>
      searchDealers(db, [registryTable, ...taskTables], { text: 'motors', limit: 7 }),
    );
    expect(dealers).toMatch(/Index Only Scan using tasks_by_account on tasks/);
    expect(await titlesOf('CS-1234')).toEqual(['Task 34 of the dealer']);
    expect((await search('dealer 3999')).dealers).toMatchObject([{ account: 'D-3999' }]);
    expect((await search('task 49')).tasks).toHaveLength(6);
  });
});

/** How PostgreSQL reads what a function of ours asks for, one plan for each of its statements. */
async function plansOf(read: (db: Db) => Promise<unknown>): Promise<string[]> {
  const { pool } = service.database;
  const asked: [query: string, params: unknown[]][] = [];
  const logger = { logQuery: (query: string, params: unknown[]) => void asked.push([query, params]) };
  await read(drizzle(pool, { schema, logger }));
  const plans = asked.map(async ([query, params]) => {
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>(`explain analyze ${query}`, params);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  });
  return Promise.all(plans);
}
