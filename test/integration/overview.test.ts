import { randomUUID } from 'node:crypto';
import { type SQL, sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { recordAdministration } from '../../db/queries/administration.ts';
import { countStopped } from '../../db/queries/cancellations/overview.ts';
import { recordEvents } from '../../db/queries/events.ts';
import { createKey } from '../../db/queries/keys.ts';
import { cancellationIntegrations, cancellations } from '../../db/schema/cancellations.ts';
import { events, tasks } from '../../db/schema/shared.ts';
import {
  cancellationWorkflowId,
  type IntegrationState,
  integrationWorkflowId,
  type StepProgress,
  vinEventStreamWorkflowId,
} from '../../domain/cancellations/cancellations.ts';
import type { TaskState, Team } from '../../domain/shared/tasks.ts';
import type { IntegrationName } from '../../domain/shared/vendors.ts';
import { serviceForFile } from '../support/serviceForFile.ts';
import type { ProblemBody, TaskList } from '../support/views.ts';

const { service, api } = await serviceForFile({ withoutWorker: true });

interface Overview {
  tasks: Record<string, number | null>;
  cancellations: {
    open: number;
    states: Record<IntegrationState, number>;
    stopped: number | null;
    waitingFor: { on: string; count: number; since: string | null }[];
  };
  activity: { at: string; account: string | null; dealerName: string | null; action: string; process: string }[];
}
const overviewOf = async (who: Parameters<typeof api.get>[0]) => {
  const { status, body } = await api.get<Overview>(who, '/v1/overview');
  expect(status).toBe(200);
  return body;
};
const views = ['mine', 'unclaimed', 'team', 'escalated', 'late', 'later'] as const;

describe('tasks on the overview', () => {
  beforeAll(async () => {
    const task = (team: Team, state: TaskState, more: { due?: number; assignee?: string; followUpAt?: SQL } = {}) => {
      const { due = 48, ...columns } = more;
      return {
        ...{ id: randomUUID(), workflowId: 'w', process: 'cancellations' as const, subject: 'none', kind: 'k' },
        ...{ team, state, version: 1, openedAt: sql`now()`, dueAt: sql`now() + make_interval(hours => ${due})` },
        content: { title: 'k', instructions: [], texts: [], fields: [], ifNotCompleted: 'It stays.' },
        ...columns,
      };
    };
    const later = sql`now() + interval '2 days'`;
    await service.db
      .insert(tasks)
      .values([
        task('ops', 'open'),
        task('ops', 'open', { due: -2 }),
        task('ops', 'open', { followUpAt: later }),
        task('ops', 'claimed', { assignee: 'olivia', due: -5 }),
        task('ops', 'claimed', { assignee: 'olivia', followUpAt: later }),
        task('ops', 'claimed', { assignee: 'oscar' }),
        task('ops', 'escalated', { assignee: 'oscar', followUpAt: later }),
        task('feeds', 'open'),
        task('feeds', 'escalated', { due: -1 }),
        task('ops', 'done', { assignee: 'olivia', due: -9 }),
      ]);
  });

  it.each(['olivia', 'oscar', 'lena', 'finn', 'reader', 'admin'] as const)(
    'are counted for %s exactly as many as each view lists',
    async (who) => {
      const { tasks: counts } = await overviewOf(who);
      const listed = await Promise.all(
        views.map(async (view) => {
          const { status, body } = await api.get<TaskList>(who, `/v1/tasks?limit=100&view=${view}`);
          return [view, status === 422 ? null : body.tasks.length];
        }),
      );
      expect(counts).toEqual(Object.fromEntries(listed));
    },
  );

  it('differ by team and person, and a key of no person has none of its own', async () => {
    expect((await overviewOf('olivia')).tasks).toEqual({
      ...{ mine: 1, unclaimed: 2, team: 4, escalated: 1, late: 2, later: 3 },
    });
    expect((await overviewOf('finn')).tasks).toMatchObject({ mine: 0, unclaimed: 1, late: 1 });
    expect((await overviewOf('reader')).tasks).toMatchObject({ mine: null, unclaimed: 3, escalated: 2 });
  });
});

describe('cancellations on the overview', () => {
  const since = (minutes: number) => new Date(Date.UTC(2026, 10, 25, 12, minutes)).toISOString();
  const step = (waitingOnCode?: StepProgress['waitingOnCode'], minutes = 0): StepProgress => ({
    ...{ step: 'gate', title: 'Gate', state: waitingOnCode ? 'waiting' : 'done' },
    ...(waitingOnCode && { waitingOnCode, waitingOn: 'somebody', waitingSince: since(minutes) }),
  });
  const cancel = async (
    account: string,
    integrations: Partial<Record<IntegrationName, [IntegrationState, ...StepProgress[]]>>,
  ) => {
    const id = randomUUID();
    const entries = Object.entries(integrations) as [IntegrationName, [IntegrationState, ...StepProgress[]]][];
    const open = entries.some(([, [state]]) => state === 'waiting' || state === 'in_progress');
    const dealer = { account, dealerName: `Dealer ${account}`, timeZone: 'America/Chicago' };
    const state = open ? ('open' as const) : ('closed' as const);
    await service.db
      .insert(cancellations)
      .values({ id, ...dealer, state, reason: 'vendor_change', requestedBy: 'key:offboarding' });
    await service.db.insert(cancellationIntegrations).values(
      entries.map(([integration, [state, ...steps]]) => ({
        ...{ cancellationId: id, integration, state, steps, runId: 'r', version: 1 },
        workflowId: integrationWorkflowId(integration, account),
      })),
    );
  };

  beforeAll(async () => {
    await cancel('D-1', { 'crm/elead': ['waiting', step('ops', 5)], 'dms/cdk': ['waiting', step('ops', 1)] });
    await cancel('D-2', { 'crm/elead': ['ended', step()], 'dms/cdk': ['waiting', step('account_status', 9)] });
    await cancel('D-3', { 'crm/vinsolutions': ['in_progress', step('vin_event_stream', 3)] });
    await cancel('D-4', { 'dms/cdk': ['blocked', step()], 'dms/dealervault': ['blocked', step()] });
    await cancel('D-5', { 'crm/elead': ['ended', step()] });
  });

  it('are counted once in each state in which one of their integrations is, as the list has them', async () => {
    const { states, open } = (await overviewOf('reader')).cancellations;
    expect(open).toBe(3);
    expect(states).toEqual({ in_progress: 1, waiting: 2, ended: 2, blocked: 1, not_completed: 0, withdrawn: 0 });
    for (const [state, count] of Object.entries(states)) {
      const { body } = await api.get<{ cancellations: unknown[] }>('reader', `/v1/cancellations?state=${state}`);
      expect([state, body.cancellations.length]).toEqual([state, count]);
    }
  });

  it('say whom their integrations wait for, how many, and since when', async () => {
    expect((await overviewOf('reader')).cancellations.waitingFor).toEqual([
      { on: 'ops', count: 2, since: since(1) },
      { on: 'account_status', count: 1, since: since(9) },
      { on: 'vin_event_stream', count: 1, since: since(3) },
    ]);
  });

  it('are counted as stopped by their own workflow, an integration’s, or the one that they wait for', async () => {
    expect((await overviewOf('reader')).cancellations.stopped).toBe(0);
    const stopped = (...of: Parameters<typeof countStopped> extends [unknown, ...infer Rest] ? Rest : never) =>
      countStopped(service.db, ...of);
    expect(await stopped([cancellationWorkflowId('D-1')], [])).toBe(1);
    expect(
      await stopped([integrationWorkflowId('dms/cdk', 'D-1'), integrationWorkflowId('crm/elead', 'D-1')], []),
    ).toBe(1);
    // That integration has ended, and its cancellation continues.
    expect(await stopped([integrationWorkflowId('crm/elead', 'D-2')], [])).toBe(0);
    expect(await stopped([vinEventStreamWorkflowId], ['vin_event_stream'])).toBe(1);
    expect(await stopped([cancellationWorkflowId('D-5'), cancellationWorkflowId('D-9')], [])).toBe(0);
  });
});

describe('the latest activity on the overview', () => {
  it('is that of all processes, the newest first, with the dealer’s name, and nothing of the administration', async () => {
    await service.db.delete(events);
    await service.db.insert(cancellations).values({
      ...{ id: randomUUID(), account: 'D-1', dealerName: 'Renamed Motors', state: 'closed', reason: 'vendor_change' },
      ...{ requestedBy: 'key:offboarding', startedAt: sql`now() + interval '1 hour'` },
    });
    const event = (process: 'cancellations' | 'feeds', minute: number, account: string | null) => ({
      ...{ id: randomUUID(), process, subject: 's', account, by: 'dealerops' },
      ...{ action: `${process} ${minute}`, at: new Date(Date.UTC(2026, 10, 25, 12, minute)) },
    });
    await recordEvents(service.db, [
      ...Array.from({ length: 20 }, (_, minute) => event('cancellations', minute, 'D-1')),
      event('feeds', 30, 'D-2'),
      event('feeds', 17, null),
      event('feeds', 16, 'nobody-knows'),
    ]);
    await recordAdministration(service.db, { by: 'admin', keyId: null }, { action: 'key added', subject: 'key/1' });
    const { activity } = await overviewOf('reader');
    expect(activity).toHaveLength(10);
    expect(activity.map(({ at }) => at)).toEqual(
      activity
        .map(({ at }) => at)
        .sort()
        .reverse(),
    );
    expect(activity.slice(0, 2)).toMatchObject([
      { action: 'feeds 30', account: 'D-2', dealerName: 'Dealer D-2' },
      { action: 'cancellations 19', account: 'D-1', dealerName: 'Renamed Motors' },
    ]);
    expect(activity.find(({ action }) => action === 'feeds 17')).toMatchObject({ account: null, dealerName: null });
    expect(activity.find(({ account }) => account === 'nobody-knows')).toMatchObject({ dealerName: null });
    expect(activity.map(({ process }) => process)).not.toContain('administration');
  });
});

describe('the overview', () => {
  it('needs the scope read', async () => {
    const { key } = await createKey(service.db, { name: 'writer', scopes: ['cancellations:write'] });
    const headers = { authorization: `Bearer ${key}` };
    expect(await api.call<ProblemBody>(null, 'GET', '/v1/overview', { headers })).toMatchObject({
      status: 403,
      body: { type: '/problems/forbidden' },
    });
  });

  it('many who ask for the overview at once share its reads of what all see, and each has its own tasks', async () => {
    const reads = vi.spyOn(service.database.db, 'execute');
    await overviewOf('reader');
    const ofOne = reads.mock.calls.length;
    reads.mockClear();
    const whos = Array.from({ length: 30 }, (_, n) => (n % 2 === 0 ? ('olivia' as const) : ('finn' as const)));
    const found = await Promise.all(whos.map(overviewOf));
    expect(ofOne).toBeGreaterThan(0);
    expect(reads.mock.calls.length).toBeLessThanOrEqual(2 * ofOne);
    expect(found[0]!.cancellations).toEqual(found[29]!.cancellations);
    expect(found[0]!.tasks).toEqual((await overviewOf('olivia')).tasks);
    expect(found[1]!.tasks).toEqual((await overviewOf('finn')).tasks);
    expect(found[0]!.tasks).not.toEqual(found[1]!.tasks);
  });
});
