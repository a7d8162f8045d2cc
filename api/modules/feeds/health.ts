import { z } from 'zod';
import { timeOf } from '../../../db/clock.ts';
import { type FeedDay, feedDays } from '../../../db/queries/feeds/deliveries.ts';
import { feedsByNeed, mostRowsToCorrect, openTasksOf, rowsToCorrect } from '../../../db/queries/feeds/health.ts';
import { type FeedRunRow, latestRuns, latestSuccesses } from '../../../db/queries/feeds/runLists.ts';
import type { FeedImportRow } from '../../../db/queries/feeds/runs.ts';
import { comparedDays, daysBetween, quietSince, usualRows } from '../../../domain/feeds/health.ts';
import { importSchedule } from '../../../domain/feeds/workflowStarts.ts';
import { localDate } from '../../../domain/shared/dailyTimes.ts';
import { AccountId, notAnId } from '../../../domain/shared/inputs.ts';
import type { ApiOptions, App } from '../../server/options.ts';
import { outageOf } from '../../server/outages.ts';
import { pageQuery, pageSchema, readPage } from '../../server/paging.ts';
import { Instant, Time } from '../../server/time.ts';
import { Dms, Kind } from './importFields.ts';
import { addressOf } from './importView.ts';
import { count } from './runFields.ts';
import { FeedRunSummary, ImportState } from './schemas.ts';

/** Of the trend. */
const shownDays = 30;
const temporalAnswersWithinMs = 4_000;

const Success = z
  .object({
    runId: z.uuid(),
    at: Time.describe('When the run ended'),
    rows: count.describe('That were read and not rejected'),
    rejected: count,
    seconds: z.number().min(0),
  })
  .meta({ id: 'FeedSuccess' });

const Day = z
  .object({
    date: z.iso.date().describe('Local date of the dealer'),
    rows: count,
    rejected: count,
    runs: count,
    seconds: z.number().min(0).describe('Of all runs together'),
  })
  .meta({ id: 'FeedHealthDay' });

const FeedHealth = z
  .object({
    importId: z.uuid(),
    address: z.string(),
    account: z.string(),
    dealerName: z.string().nullable(),
    dms: Dms,
    kind: Kind,
    state: ImportState,
    needsPerson: z
      .array(z.object({ taskId: z.uuid(), kind: z.string(), openedAt: Time }))
      .describe('Its open tasks, the oldest first'),
    lastSuccess: Success.nullable().describe(
      'The last run that has imported rows: one without files or rows, or with far fewer than usual, is not a success; null when there was none',
    ),
    rowsToCorrect: count
      .max(mostRowsToCorrect)
      .describe(`Rejected rows of all its runs that are still open; ${mostRowsToCorrect} stands for more, too`),
    lastRun: FeedRunSummary.nullable().describe('Of any kind and outcome'),
    quietDays: count.describe('Local dates since rows were delivered, or since it became active'),
    usualRows: count.nullable().describe('Of today’s weekday; null while it is not known'),
    nextRunAt: Time.nullable().describe('By its schedule; null where it has none, or is paused'),
    nextRunIsKnown: z.boolean().describe('False while Temporal does not say when it runs next, or whether'),
    days: z.array(Day).describe(`The last ${shownDays} local dates, today’s at the end`),
  })
  .meta({ id: 'FeedHealth' });
type FeedHealth = z.output<typeof FeedHealth>;
const FeedHealthPage = pageSchema('FeedHealthPage', { feeds: z.array(FeedHealth) });

const list = 'feed health';
const place = z.tuple([z.literal(list), z.boolean(), Instant, z.uuid(notAnId)]);

/** How each feed does. */
export async function healthRoutes(app: App, options: ApiOptions): Promise<void> {
  const { db } = options.database;

  app.get(
    '/v1/feeds/health',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['feeds'],
        operationId: 'listFeedHealth',
        summary: 'How each feed does: what it delivered, when it runs next, and what needs a person',
        description: 'Feeds with an open task come first. Feeds that have ended are left out.',
        querystring: z.strictObject({ account: AccountId.optional(), ...pageQuery }),
        response: { 200: FeedHealthPage },
      },
    },
    async ({ query: { account, ...page } }) => {
      const { items, nextCursor } = await readPage(page, {
        place,
        read: (after, limit) =>
          feedsByNeed(db, {
            ...{ account, limit },
            after: after && { needsPerson: after[1], createdAt: after[2], id: after[3] },
          }),
        placeOf: ({ row, needsPerson }) => [list, needsPerson, row.createdAt, row.id],
      });
      return { feeds: await healthOf(items.map(({ row }) => row)), nextCursor };
    },
  );

  async function healthOf(rows: FeedImportRow[]): Promise<FeedHealth[]> {
    const ids = rows.map(({ id }) => id);
    const [now, days, latest, successes, open, toCorrect, next] = await Promise.all([
      timeOf(db),
      feedDays(db, ids, comparedDays),
      latestRuns(db, ids),
      latestSuccesses(db, ids),
      openTasksOf(db, ids),
      rowsToCorrect(db, ids),
      ids.length > 0 ? nextRuns(options) : undefined,
    ]);
    return rows.map((row) => {
      const { id, account, dealerName, dms, kind, state, timeZone } = row;
      const today = localDate(now, timeZone);
      const its = days.filter(({ importId }) => importId === id);
      const success = successes.get(id);
      return {
        ...{ importId: id, address: addressOf(id), account, dealerName, dms, kind, state },
        needsPerson: open
          .filter(({ importId }) => importId === id)
          .map((task) => ({ taskId: task.id, kind: task.kind, openedAt: task.openedAt })),
        lastSuccess: success ? successOf(success) : null,
        rowsToCorrect: toCorrect.get(id) ?? 0,
        lastRun: latest.get(id) ?? null,
        quietDays: Math.max(daysBetween(localDate(quietSince(row), timeZone), today), 0),
        usualRows: usualRows(its, today) ?? null,
        nextRunAt: next?.get(importSchedule(id).key) ?? null,
        nextRunIsKnown: next !== undefined,
        days: lastDays(its, today),
      };
    });
  }
}

function successOf({ id, startedAt, endedAt, counts }: FeedRunRow): z.output<typeof Success> {
  const at = endedAt ?? startedAt;
  const { read, rejected } = counts;
  return { runId: id, at, rows: read - rejected, rejected, seconds: secondsBetween(startedAt, at) };
}

function secondsBetween(from: Date, to: Date): number {
  return Math.max(Math.round((to.getTime() - from.getTime()) / 100) / 10, 0);
}

function lastDays(days: FeedDay[], today: string): z.output<typeof Day>[] {
  const known = new Map(days.map(({ importId: _, ...day }) => [day.date, day]));
  return Array.from({ length: shownDays }, (_, index) => {
    const at = Date.parse(today) - (shownDays - 1 - index) * 86_400_000;
    const date = new Date(at).toISOString().slice(0, 10);
    return known.get(date) ?? { date, rows: 0, rejected: 0, runs: 0, seconds: 0 };
  });
}

/** By the schedules' keys; undefined while Temporal does not answer: the rest of the page does not wait for it. */
async function nextRuns({ schedules, temporal }: ApiOptions): Promise<Map<string, Date> | undefined> {
  const all = await temporal
    .withDeadline(Date.now() + temporalAnswersWithinMs, () => schedules.list('feeds'))
    .catch((error: unknown) => {
      if (!outageOf(error)) throw error;
    });
  if (!all) return undefined;
  return new Map(
    all.flatMap(({ key, next, paused }): [string, Date][] => (next[0] && !paused ? [[key, next[0].at]] : [])),
  );
}
