import { type ScheduleKey, ScheduleTimes } from '../../../domain/shared/schedules.ts';
import { taskQueue } from '../../../domain/shared/taskQueues.ts';
import { eventually } from '../../support/eventually.ts';
import type { TestService } from '../../support/service.ts';
import type { Scenario } from '../scenario.ts';

const key: ScheduleKey = { process: 'feeds', key: 'import/F-17' };
const day = (days: number) => new Date(Date.now() + days * 24 * 3_600_000).toISOString().slice(0, 10);

async function save(service: TestService, type: string, args: unknown[]): Promise<void> {
  const times = ScheduleTimes.parse({ timeZone: 'UTC', localTime: '00:00' });
  await service.outside.schedules.save(key, times, { type, taskQueue, args, summary: type, searchAttributes: [] });
}

/** Waits until so many `runScheduled` have ended. */
function ended(service: TestService, many: number): Promise<unknown> {
  return eventually(async () => {
    const query = `WorkflowType = 'runScheduled' AND ExecutionStatus = 'Completed'`;
    return (await service.client.workflow.count(query)).count === many;
  });
}

/** What the schedules of the processes start. */
export const scheduleScenarios: Scenario[] = [
  {
    name: 'a-schedule-runs-a-date-once-and-runs-what-is-triggered',
    records: ['runScheduled'],
    async play(service) {
      await save(service, 'sendNotice', [
        { about: 'no-answer', key: 'F-17', process: 'feeds', system: 'the vendor', days: 1 },
      ]);
      for (const many of [1, 2]) {
        await service.outside.schedules.backfill(key, day(-1), day(-1));
        await ended(service, many);
      }
      await service.outside.schedules.trigger(key);
      await ended(service, 3);
    },
  },
  {
    name: 'a-scheduled-run-is-terminated',
    records: ['runScheduled'],
    events: ['CHILD_WORKFLOW_EXECUTION_TERMINATED'],
    async play(service) {
      await save(service, 'removeFromVinEventStream', [{}]);
      await service.outside.schedules.backfill(key, day(-1), day(-1));
      const run = service.client.workflow.getHandle(`feeds/import/F-17/${day(-1)}`);
      await eventually(() => run.describe().catch(() => undefined));
      await run.terminate();
      await ended(service, 1);
    },
  },
];
