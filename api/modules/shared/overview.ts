import { z } from 'zod';
import { namesOfDealers } from '../../../db/queries/dealers.ts';
import { latestEvents } from '../../../db/queries/events.ts';
import type { Caller } from '../../../db/queries/keys.ts';
import { listFailingSystems } from '../../../db/queries/outsideSystems.ts';
import { countTasks } from '../../../db/queries/tasks.ts';
import { systemNames } from '../../../domain/shared/actors.ts';
import { coalesced } from '../../server/coalesced.ts';
import type { ApiOptions, App } from '../../server/options.ts';
import { Time } from '../../server/time.ts';
import { ProcessName } from './processName.ts';
import { dealerTables, type ProcessModules, readParts, schemasOf } from './processParts.ts';
import { filterOfView, TaskView } from './taskViews.ts';

const count = z.int().min(0);
const TaskCounts = z
  .object({
    mine: count.nullable().describe('Null for a key of no person, which has no tasks of its own'),
    unclaimed: count,
    team: count,
    escalated: count,
    late: count,
    later: count,
  } satisfies Record<z.infer<typeof TaskView>, z.ZodType>)
  .meta({ id: 'TaskCounts', description: 'How many tasks the caller has in each view of GET /v1/tasks?view=' });

const Activity = z
  .object({
    id: z.string(),
    at: Time,
    by: z.string().describe('As in AuditEvent'),
    process: ProcessName,
    subject: z.string().describe('The process’s own ID, such as a cancellation’s'),
    taskId: z.uuid().nullable(),
    account: z.string().nullable(),
    dealerName: z.string().nullable(),
    vendor: z.string().nullable().describe('Such as crm/elead'),
    action: z.string(),
    detail: z.string().nullable(),
  })
  .meta({ id: 'Activity' });
const latest = 10;

const FailingSystem = z
  .object({
    system: z.string().describe('Its code, such as cst'),
    name: z.string(),
    since: Time.describe('Its first call that failed without one that has worked since'),
    lastFailedAt: Time,
    reason: z.string(),
  })
  .meta({ id: 'FailingSystem' });
/** Where nobody else calls CST, its recovery is noticed this soon. */
const tryAgainMs = 5_000;

/** What the overview and the sidebar show. */
export function overviewRoutes(modules: ProcessModules) {
  const Overview = z
    .object({
      tasks: TaskCounts,
      failingSystems: z.array(FailingSystem).describe('Outside systems whose last call has failed, the longest first'),
      ...schemasOf(modules, 'overview'),
      activity: z.array(Activity).describe(`The latest ${latest} events of all processes, the newest first`),
    })
    .meta({ id: 'Overview' });
  return async (app: App, options: ApiOptions): Promise<void> => {
    const { db } = options.database;
    const tables = dealerTables(options, modules);

    app.get(
      '/v1/overview',
      {
        config: { scope: 'read' },
        schema: {
          tags: ['overview'],
          operationId: 'getOverview',
          summary: 'Counts of tasks and of each process, and what happened last, in one cheap answer',
          response: { 200: Overview },
        },
      },
      async ({ caller }) => {
        const [tasks, ofAll] = await Promise.all([countViews(caller!), readOfAll()]);
        return { tasks, ...ofAll };
      },
    );

    /** The same for every caller: each change has all open consoles ask for it at once. */
    const readOfAll = coalesced(async () => {
      const [failingSystems, events, ofProcesses] = await Promise.all([
        failingNow(),
        latestEvents(db, latest),
        readParts(modules, app.log, ({ overview }) => overview.read(options)),
      ]);
      const names = await namesOfDealers(
        db,
        tables,
        events.flatMap(({ account }) => account ?? []),
      );
      const activity = events.map((one) => ({ ...one, dealerName: names.get(one.account ?? '') ?? null }));
      return { failingSystems, ...ofProcesses, activity };
    });

    async function failingNow(): Promise<z.output<typeof FailingSystem>[]> {
      const failing = await listFailingSystems(db);
      const cst = failing.find(({ system }) => system === 'cst');
      if (cst && Date.now() - cst.lastFailedAt.getTime() > tryAgainMs)
        void options.accounts.named?.('a', undefined, 1).catch(() => {});
      return failing.map((one) => ({ ...one, name: systemNames[one.system] }));
    }

    async function countViews(caller: Caller): Promise<z.infer<typeof TaskCounts>> {
      const views = TaskView.options.filter((view) => view !== 'mine' || caller.personId !== null);
      const filters = Object.fromEntries(views.map((view) => [view, filterOfView(view, caller)]));
      return { mine: null, ...(await countTasks(db, filters)) } as z.infer<typeof TaskCounts>;
    }
  };
}
