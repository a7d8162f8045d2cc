import { randomUUID } from 'node:crypto';
import { inArray, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Db, schema } from '../../db/client.ts';
import { createKey } from '../../db/queries/keys.ts';
import { listTasks, type TaskFilter } from '../../db/queries/tasks.ts';
import { people, tasks } from '../../db/schema/shared.ts';
import type { KeyScope } from '../../domain/shared/keyScopes.ts';
import { type TaskPriority, type TaskState, type Team, taskPriorities } from '../../domain/shared/tasks.ts';
import { serviceForFile } from '../support/serviceForFile.ts';
import type { ProblemBody, TaskList } from '../support/views.ts';

const { service, api } = await serviceForFile({ withoutWorker: true });

interface Made {
  kind: string;
  team?: Team;
  state?: TaskState;
  assignee?: string;
  priority?: TaskPriority;
  /** Hours from now. */
  due?: number;
  followUp?: number;
}

const hours = (count: number) => sql`date_trunc('hour', now()) + make_interval(hours => ${count})`;
const make = (made: Made[]) =>
  service.db.insert(tasks).values(
    made.map(({ kind, team = 'ops', state = 'open', assignee = null, priority = 'normal', due = 48, followUp }) => ({
      ...{ id: randomUUID(), workflowId: 'w', process: 'cancellations' as const, subject: 'none', kind, team, state },
      ...{ assignee, priority, dueAt: hours(due), openedAt: hours(-96), version: 1 },
      followUpAt: followUp === undefined ? null : hours(followUp),
      content: { title: kind, instructions: [], texts: [], fields: [] },
    })),
  );

const keyOf = async (personId: string, scopes: KeyScope[]) =>
  (await createKey(service.db, { name: personId, scopes, personId })).key;

type Who = 'olivia' | 'oscar' | 'lena' | 'finn' | 'admin' | 'reader' | 'offboarding';
const kindsOf = async (who: Who, query: string) => {
  const { status, body } = await api.get<TaskList & ProblemBody>(who, `/v1/tasks?limit=100&${query}`);
  expect([query, status, body.detail]).toEqual([query, 200, undefined]);
  return body.tasks.map(({ kind }) => kind);
};

describe('the views of tasks', () => {
  beforeAll(async () => {
    await make([
      { kind: 'open' },
      { kind: 'open of feeds', team: 'feeds' },
      { kind: 'late', due: -2 },
      { kind: 'late of feeds', team: 'feeds', due: -2 },
      { kind: 'assigned to olivia', assignee: 'olivia', due: 30 },
      { kind: 'claimed by olivia', state: 'claimed', assignee: 'olivia', due: -1 },
      { kind: 'claimed by finn', team: 'feeds', state: 'claimed', assignee: 'finn' },
      { kind: 'escalated', state: 'escalated', assignee: 'oscar', followUp: 3 },
      { kind: 'followed up', followUp: -1 },
      { kind: 'for later', followUp: 5 },
      { kind: 'for later, late', due: -5, followUp: 5 },
      { kind: 'for later of olivia', state: 'claimed', assignee: 'olivia', followUp: 40 },
      { kind: 'for later of feeds', team: 'feeds', followUp: 5 },
      { kind: 'done', state: 'done', assignee: 'olivia' },
      { kind: 'closed, to be followed up', state: 'closed', followUp: 5 },
    ]);
    // Leads a team without being entered as its member.
    await service.db.insert(people).values([
      { id: 'tara', name: 'Tara T2', email: 'tara@example.com', teams: ['t2-support'], leadOf: 'ops' },
      { id: 'nils', name: 'Nils None', email: 'nils@example.com', teams: [] },
      { id: 'alma', name: 'Alma Admin', email: 'alma@example.com', teams: [] },
    ]);
  });

  it('mine: what the caller has, of any team, unless it is for later', async () => {
    expect(await kindsOf('olivia', 'view=mine')).toEqual(['claimed by olivia', 'assigned to olivia']);
    expect(await kindsOf('finn', 'view=mine')).toEqual(['claimed by finn']);
    for (const who of ['reader', 'admin'] as const)
      for (const [query, path] of [
        ['view=mine', 'query view'],
        ['assignee=me', 'query assignee'],
        ['view=team&assignee=me', 'query assignee'],
      ])
        expect(await api.get<ProblemBody>(who, `/v1/tasks?${query}`)).toMatchObject({
          status: 422,
          body: {
            type: '/problems/not-a-person',
            detail: 'This API key belongs to no person, so that no task is its own: use the key of a person.',
            errors: [{ path }],
          },
        });
  });

  it("unclaimed: open tasks of the caller's teams that nobody has", async () => {
    expect((await kindsOf('olivia', 'view=unclaimed')).sort()).toEqual(['followed up', 'late', 'open']);
    expect(await kindsOf('finn', 'view=unclaimed')).toEqual(['late of feeds', 'open of feeds']);
  });

  it("team: every open task of the caller's teams that is not for later", async () => {
    const ops = ['assigned to olivia', 'claimed by olivia', 'followed up', 'late', 'open'];
    expect((await kindsOf('lena', 'view=team')).sort()).toEqual(ops);
    expect((await kindsOf('reader', 'view=team')).sort()).toEqual(
      [...ops, 'claimed by finn', 'late of feeds', 'open of feeds'].sort(),
    );
  });

  it('escalated: also those for later, since a team lead must not lose sight of them', async () => {
    expect(await kindsOf('lena', 'view=escalated')).toEqual(['escalated']);
    expect(await kindsOf('finn', 'view=escalated')).toEqual([]);
  });

  it('late: past the due date and not for later', async () => {
    expect(await kindsOf('oscar', 'view=late')).toEqual(['late', 'claimed by olivia']);
    expect(await kindsOf('finn', 'view=late')).toEqual(['late of feeds']);
  });

  it('later: open tasks whose follow-up date is still to come', async () => {
    const ops = ['escalated', 'for later', 'for later of olivia', 'for later, late'];
    expect((await kindsOf('oscar', 'view=later')).sort()).toEqual(ops);
    expect(await kindsOf('finn', 'view=later')).toEqual(['for later of feeds']);
  });

  it('show the teams of the person: also the one that they lead, none when they are in none, all to an administrator in none', async () => {
    const keys = {
      tara: await keyOf('tara', ['read']),
      nils: await keyOf('nils', ['read']),
      alma: await keyOf('alma', ['admin']),
    };
    const unclaimedOf = async (key: string) => {
      const { body } = await api.call<TaskList>(null, 'GET', '/v1/tasks?view=unclaimed', {
        headers: { authorization: `Bearer ${key}` },
      });
      return body.tasks.map(({ kind }) => kind).sort();
    };
    expect(await unclaimedOf(keys.tara)).toEqual(['followed up', 'late', 'open']);
    expect(await unclaimedOf(keys.nils)).toEqual([]);
    expect(await unclaimedOf(keys.alma)).toEqual(['followed up', 'late', 'late of feeds', 'open', 'open of feeds']);
  });

  it('are narrowed by the other filters and never widened', async () => {
    expect(await kindsOf('reader', 'view=unclaimed&team=feeds')).toEqual(['late of feeds', 'open of feeds']);
    expect(await kindsOf('olivia', 'view=unclaimed&team=feeds')).toEqual([]);
    expect(await kindsOf('olivia', 'view=team&assignee=me')).toEqual(['claimed by olivia', 'assigned to olivia']);
    expect(await kindsOf('olivia', 'view=mine&assignee=finn')).toEqual([]);
    expect(await kindsOf('olivia', 'view=mine&overdue=true')).toEqual(['claimed by olivia']);
    expect(await kindsOf('olivia', 'view=unclaimed&account=D-1001')).toEqual([]);
  });

  it('cannot be combined with a state', async () => {
    for (const state of ['state=open', 'state=done&state=open'])
      expect(await api.get<ProblemBody>('olivia', `/v1/tasks?view=team&${state}`)).toMatchObject({
        status: 400,
        body: { errors: [{ path: 'query state', message: expect.stringContaining('leave one of the two out') }] },
      });
    expect(await api.get<ProblemBody>('olivia', '/v1/tasks?view=everything')).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'query view' }] },
    });
  });
});

describe('the order of tasks', () => {
  it('is priority, then due date, over all pages, also where many are due at the same time', async () => {
    const made = fc.record({
      priority: fc.constantFrom(...taskPriorities),
      due: fc.integer({ min: 1, max: 3 }),
      state: fc.constantFrom('open', 'claimed', 'escalated', 'done'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(made, { maxLength: 25 }), fc.integer({ min: 1, max: 8 }), async (list, limit) => {
        const kind = randomUUID();
        await service.db.delete(tasks);
        if (list.length > 0) await make(list.map((one) => ({ ...one, kind })));
        const seen: TaskList['tasks'] = [];
        let cursor: string | null = '';
        while (cursor !== null) {
          const { body }: { body: TaskList } = await api.get(
            'reader',
            `/v1/tasks?limit=${limit}${cursor && `&cursor=${cursor}`}`,
          );
          expect(body.tasks.length).toBeLessThanOrEqual(limit);
          seen.push(...body.tasks);
          cursor = body.nextCursor;
        }
        const rank = (task: TaskList['tasks'][number]) => [
          taskPriorities.indexOf(task.priority as TaskPriority),
          Date.parse(task.dueAt),
          task.id,
        ];
        expect(seen.map(rank)).toEqual(seen.map(rank).sort(inOrder));
        expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
        expect(seen).toHaveLength(list.filter(({ state }) => state !== 'done').length);
      }),
      { numRuns: 60 },
    );
  });

  it('is read from an index: the first page, and a later one, of 10,000 open tasks', async () => {
    await service.db.delete(tasks);
    const many = Array.from({ length: 10_000 }, (_, n) => ({
      kind: 'open',
      priority: taskPriorities[n % 10 < 7 ? 2 : n % 4],
      due: 1 + (n % 500),
      state: (n % 3 === 0 ? 'claimed' : 'open') as TaskState,
      assignee: n % 3 === 0 ? `person-${n % 40}` : undefined,
      followUp: n % 20 === 0 ? 30 : undefined,
    }));
    for (let from = 0; from < many.length; from += 1_000) await make(many.slice(from, from + 1_000));
    await service.db.execute(sql`analyze tasks`);
    const [last] = await service.db
      .select()
      .from(tasks)
      .where(inArray(tasks.priority, ['high']))
      .limit(1);
    const views: Record<string, TaskFilter[]> = {
      open: [],
      unclaimed: [{ teams: ['ops'], states: ['open'], unassigned: true, forLater: false }],
      team: [{ teams: ['ops'], forLater: false }],
    };
    for (const [name, filters] of Object.entries(views)) {
      for (const after of [undefined, last]) {
        const plan = await planOf((db) => listTasks(db, filters, { after, limit: 51 }));
        expect(plan, name).toMatch(/^Limit .*\n +-> +Index Scan using tasks_(open|by_state) on tasks/);
        expect(plan, name).not.toMatch(/Sort|Seq Scan|Bitmap/);
      }
    }
    const mine = await planOf((db) => listTasks(db, [{ assignee: 'person-3', forLater: false }], { limit: 51 }));
    expect(mine).toContain('tasks_by_assignee');
  });
});

/** How PostgreSQL reads what a query of ours asks for. */
async function planOf(read: (db: Db) => Promise<unknown>): Promise<string> {
  const { pool } = service.database;
  let asked: [query: string, params: unknown[]] | undefined;
  const logger = {
    logQuery: (query: string, params: unknown[]) => {
      asked = [query, params];
    },
  };
  await read(drizzle(pool, { schema, logger }));
  const [query, params] = asked!;
  const { rows } = await pool.query<{ 'QUERY PLAN': string }>(`explain ${query}`, params);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

function inOrder(one: (string | number)[], other: (string | number)[]): number {
  const at = one.findIndex((part, index) => part !== other[index]);
  return at < 0 ? 0 : one[at]! < other[at]! ? -1 : 1;
}
