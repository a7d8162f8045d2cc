import { randomUUID } from 'node:crypto';
import { and, inArray, isNotNull, ne, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Db, schema } from '../../db/client.ts';
import { createKey } from '../../db/queries/keys.ts';
import type { TaskPlace } from '../../db/queries/taskOrder.ts';
import { listTasks, type TaskFilter } from '../../db/queries/tasks.ts';
import { people, tasks } from '../../db/schema/shared.ts';
import type { KeyScope } from '../../domain/shared/keyScopes.ts';
import { sortOrders, taskSorts } from '../../domain/shared/taskLists.ts';
import { type TaskPriority, type TaskState, type Team, taskPriorities } from '../../domain/shared/tasks.ts';
import { type IntegrationName, vendorTitle } from '../../domain/shared/vendors.ts';
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
  opened?: number;
  followUp?: number;
  dealerName?: string | null;
  account?: string;
  accounts?: string[];
  integration?: IntegrationName | null;
}
type Task = TaskList['tasks'][number] & {
  dealerName: string | null;
  integration: IntegrationName | null;
  team: string;
  openedAt: string;
};

const hours = (count: number) => sql`date_trunc('hour', now()) + make_interval(hours => ${count})`;
const make = (made: Made[]) =>
  service.db.insert(tasks).values(
    made.map(({ kind, team = 'ops', state = 'open', assignee = null, priority = 'normal', due = 48, ...more }) => ({
      ...{ id: randomUUID(), workflowId: 'w', process: 'cancellations' as const, subject: 'none', kind, team, state },
      ...{ assignee, priority, dueAt: hours(due), openedAt: hours(more.opened ?? -96), version: 1 },
      ...{ dealerName: more.dealerName, account: more.account, accounts: more.accounts, integration: more.integration },
      followUpAt: more.followUp === undefined ? null : hours(more.followUp),
      content: { title: kind, instructions: [], texts: [], fields: [], ifNotCompleted: 'It stays.' },
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
      { id: 'tess', name: 'Tess T2', email: 'tess@example.com', teams: ['t2-support'], leadOf: 'ops' },
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
      tess: await keyOf('tess', ['read']),
      nils: await keyOf('nils', ['read']),
      alma: await keyOf('alma', ['admin']),
    };
    const unclaimedOf = async (key: string) => {
      const { body } = await api.call<TaskList>(null, 'GET', '/v1/tasks?view=unclaimed', {
        headers: { authorization: `Bearer ${key}` },
      });
      return body.tasks.map(({ kind }) => kind).sort();
    };
    expect(await unclaimedOf(keys.tess)).toEqual(['followed up', 'late', 'open']);
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

  it('find a dealer by any part of its name or ID, upper or lower case', async () => {
    await make([
      { kind: 'maple', dealerName: 'Maple Street Mazda', account: 'D-7103' },
      { kind: 'maple of feeds', team: 'feeds', dealerName: 'Maple Avenue Ford', account: 'D-7104' },
      { kind: 'percent', dealerName: '100%_Cars\\Co', account: 'D-7200' },
      { kind: 'several', dealerName: 'several dealers', accounts: ['D-7103', 'D-7999'] },
      { kind: 'maple done', state: 'done', dealerName: 'Maple Street Mazda', account: 'D-7103' },
    ]);
    const found = async (search: string, more = 'view=team') =>
      (await kindsOf('reader', `${more}&search=${encodeURIComponent(search)}`)).sort();
    expect(await found('STREET maz')).toEqual(['maple']);
    expect(await found('mazda 7103 maple')).toEqual(['maple']);
    expect(await found('m a p l e s 9')).toEqual([]);
    expect(await found(' maple ')).toEqual(['maple', 'maple of feeds']);
    expect(await found('d-7103')).toEqual(['maple', 'several']);
    expect(await found('7999')).toEqual(['several']);
    // Not as patterns.
    expect(await found('%_')).toEqual(['percent']);
    expect(await found('_')).toEqual(['percent']);
    expect(await found('s\\c')).toEqual(['percent']);
    expect(await found('maple', 'state=done')).toEqual(['maple done']);
    expect(await kindsOf('finn', 'view=unclaimed&search=maple')).toEqual(['maple of feeds']);
    for (const search of ['', '%20', 'x'.repeat(101)])
      expect(await api.get<ProblemBody>('olivia', `/v1/tasks?search=${search}`)).toMatchObject({
        status: 400,
        body: { errors: [{ path: 'query search' }] },
      });
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
  const made = fc.record({
    priority: fc.constantFrom(...taskPriorities),
    due: fc.integer({ min: 1, max: 3 }),
    opened: fc.integer({ min: -3, max: -1 }),
    followUp: fc.constantFrom(undefined, 24, 48),
    team: fc.constantFrom<Team[]>('ops', 'feeds'),
    // Nobody knows `gone`; `ann` comes behind `zoe`, whose name is Abe.
    assignee: fc.constantFrom(undefined, 'ann', 'zoe', 'gone'),
    dealerName: fc.constantFrom(null, 'Acme', 'ACME', 'acme', 'Ärger & "Söhne"', `${'😀'.repeat(190)} Motors`, 'Zeta'),
    integration: fc.constantFrom<(IntegrationName | null)[]>(null, 'dms/cdk', 'crm/elead', 'crm/vinsolutions'),
    state: fc.constantFrom<TaskState[]>('open', 'claimed', 'escalated', 'done'),
  });

  it.each(taskSorts.flatMap((sort) => sortOrders.map((order) => ({ sort, order }))))(
    'by $sort, $order, is the whole list once over all pages, also where values are equal or missing',
    async ({ sort, order }) => {
      const direction = order === 'asc' ? 1 : -1;
      await service.db
        .insert(people)
        .values([
          { id: 'ann', name: 'Zora', email: 'ann@example.com', teams: [] },
          { id: 'zoe', name: 'abe', email: 'zoe@example.com', teams: [] },
        ])
        .onConflictDoNothing();
      const names: Record<string, string> = { ann: 'zora', zoe: 'abe', gone: 'gone' };
      const sortedBy = (task: Task): string | number | null => {
        const time = (at: string | null) => at && Date.parse(at);
        switch (sort) {
          case 'priority':
            return taskPriorities.indexOf(task.priority as TaskPriority);
          case 'due':
            return time(task.dueAt);
          case 'opened':
            return time(task.openedAt);
          case 'follow-up':
            return time(task.followUpAt);
          case 'dealer':
            return task.dealerName?.toLowerCase() ?? null;
          case 'vendor':
            return task.integration && vendorTitle(task.integration);
          case 'team':
            return task.team;
          case 'assignee':
            return task.assignee && names[task.assignee]!;
        }
      };
      await fc.assert(
        fc.asyncProperty(fc.array(made, { maxLength: 20 }), fc.integer({ min: 1, max: 7 }), async (list, limit) => {
          await service.db.delete(tasks);
          if (list.length > 0) await make(list.map((one) => ({ ...one, kind: 'look' })));
          const seen: Task[] = [];
          let cursor: string | null = '';
          while (cursor !== null) {
            const { status, body }: { status: number; body: { tasks: Task[]; nextCursor: string | null } } =
              await api.get(
                'reader',
                `/v1/tasks?sort=${sort}&order=${order}&limit=${limit}${cursor && `&cursor=${cursor}`}`,
              );
            expect(status).toBe(200);
            expect(body.tasks.length).toBeLessThanOrEqual(limit);
            seen.push(...body.tasks);
            cursor = body.nextCursor;
          }
          expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
          expect(seen).toHaveLength(list.filter(({ state }) => state !== 'done').length);
          for (const [index, task] of seen.slice(1).entries()) {
            const [before, value] = [sortedBy(seen[index]!), sortedBy(task)];
            if (before === null || value === null) {
              // Those without a value are last.
              expect(value === null || before !== null).toBe(true);
            } else if (before !== value && sort !== 'dealer') {
              expect(before < value ? -1 : 1).toBe(-direction);
            }
            if (before === value) expect(rankOf(seen[index]!) < rankOf(task)).toBe(true);
          }
          if (sort === 'dealer') {
            const asPostgres = await service.db
              .select({ name: sql<string>`lower(${tasks.dealerName})` })
              .from(tasks)
              .where(and(ne(tasks.state, 'done'), isNotNull(tasks.dealerName)))
              .orderBy(sql.raw(`lower(dealer_name) ${order}`));
            const named = seen.flatMap(({ dealerName }) => (dealerName ? [dealerName.toLowerCase()] : []));
            expect(named).toEqual(asPostgres.map(({ name }) => name));
          }
        }),
        { numRuns: 25 },
      );
    },
    240_000,
  );

  it('takes a cursor in the same order only', async () => {
    await service.db.delete(tasks);
    await make([{ kind: 'one' }, { kind: 'two' }]);
    const { body } = await api.get<TaskList>('reader', '/v1/tasks?sort=dealer&limit=1');
    const wrong = { status: 400, body: { errors: [{ path: 'query cursor' }] } };
    for (const other of ['sort=dealer&order=desc', 'sort=assignee', 'sort=priority', ''])
      expect(await api.get<ProblemBody>('reader', `/v1/tasks?${other}&cursor=${body.nextCursor}`)).toMatchObject(wrong);
    const forged = (place: unknown[]) => Buffer.from(JSON.stringify(place)).toString('base64url');
    const id = randomUUID();
    for (const place of [
      ['tasks', 'opened', 'asc', 'yesterday', id],
      ['tasks', 'opened', 'asc', '0000-01-01T00:00:00Z', id],
      ['tasks', 'opened', 'asc', '2026-01-01T00:00:00Z', 'x'],
      ['tasks', 'opened', 'asc', '2026-01-01T00:00:00Z'],
      ['tasks', 'opened', 'asc'],
    ])
      expect([place, await api.get('reader', `/v1/tasks?sort=opened&cursor=${forged(place)}`)]).toMatchObject([
        place,
        wrong,
      ]);
    expect(await api.get('reader', '/v1/tasks?sort=name')).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'query sort' }] },
    });
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
      .select({ place: sql<TaskPlace>`jsonb_build_array(priority, due_at, id)` })
      .from(tasks)
      .where(inArray(tasks.priority, ['high']))
      .limit(1);
    const views: Record<string, TaskFilter[]> = {
      open: [],
      unclaimed: [{ teams: ['ops'], states: ['open'], unassigned: true, forLater: false }],
      team: [{ teams: ['ops'], forLater: false }],
    };
    for (const [name, filters] of Object.entries(views)) {
      for (const after of [undefined, last!.place]) {
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

/** By due date, then ID, as one text. */
function rankOf({ dueAt, id }: Task): string {
  return `${dueAt} ${id}`;
}
