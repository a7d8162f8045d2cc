import { z } from 'zod';
import { type Process, processes } from '../../../domain/shared/processes.ts';
import type { ScheduleSummary } from '../../../domain/shared/schedules.ts';
import type { ApiOptions, App } from '../../server/options.ts';
import { pageQuery, pageSchema, readPage } from '../../server/paging.ts';
import { Time } from '../../server/time.ts';
import { ProcessName } from './processName.ts';

const date = z.iso.date().nullable().describe('The local date of the run; null when it was triggered, or is not known');
const Schedule = z
  .object({
    process: ProcessName,
    key: z.string().describe('The process’s own, such as import/F-17'),
    timeZone: z.string().nullable(),
    localTime: z.string().nullable().describe('HH:mm'),
    problem: z.string().nullable().describe('Why the schedule cannot be used, and what to do'),
    paused: z
      .object({ by: z.string(), reason: z.string() })
      .nullable()
      .describe('Who paused it and why: a person’s ID, or temporal where it was paused in Temporal itself'),
    next: z.object({ date, at: Time }).nullable().describe('The next run'),
    last: z
      .object({ date, at: Time, workflowId: z.string() })
      .nullable()
      .describe('The run that was started last; how it ended, its workflow tells'),
  })
  .meta({ id: 'Schedule' });
type Schedule = z.output<typeof Schedule>;
const SchedulePage = pageSchema('SchedulePage', { schedules: z.array(Schedule) });
const Place = z.tuple([z.literal('schedules'), ProcessName, z.string().max(200)]);

/** The daily schedules of the processes; they are changed by the processes that own them. */
export async function scheduleRoutes(app: App, { schedules }: ApiOptions): Promise<void> {
  app.get(
    '/v1/schedules',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['schedules'],
        operationId: 'listSchedules',
        summary: 'What runs daily: when, whether it is paused and why, the next run and the last one',
        querystring: z.strictObject({ process: ProcessName.optional(), ...pageQuery }),
        response: { 200: SchedulePage },
      },
    },
    async ({ query: { process, ...page } }) => {
      const { items, nextCursor } = await readPage(page, {
        place: Place,
        read: async (place, limit) => {
          const all = await listAll(process ? [process] : processes);
          return all.filter((one) => !place || isAfter(one, place)).slice(0, limit);
        },
        placeOf: (one) => ['schedules', one.process, one.key],
      });
      return { schedules: items, nextCursor };
    },
  );

  /** By process and key. */
  async function listAll(of: readonly Process[]): Promise<Schedule[]> {
    const lists = await Promise.all(
      [...of].sort().map(async (process) => (await schedules.list(process)).map((one) => viewOf(process, one))),
    );
    return lists.flat();
  }
}

function isAfter({ process, key }: Schedule, [, placeProcess, placeKey]: z.output<typeof Place>): boolean {
  return process === placeProcess ? key > placeKey : process > placeProcess;
}

function viewOf(process: Process, { key, timeZone, localTime, ...one }: ScheduleSummary): Schedule {
  const [next, last] = [one.next[0], one.recent.at(-1)];
  return {
    process,
    key,
    timeZone: timeZone ?? null,
    localTime: localTime ?? null,
    problem: one.problem ?? null,
    paused: one.paused ?? null,
    next: next ? { ...next, date: next.date ?? null } : null,
    last: last ? { ...last, date: last.date ?? null } : null,
  };
}
