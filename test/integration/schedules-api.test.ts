import { expect, it } from 'vitest';
import type { Process } from '../../domain/shared/processes.ts';
import { ScheduleTimes } from '../../domain/shared/schedules.ts';
import { searchAttributes } from '../../domain/shared/searchAttributes.ts';
import { bulkTaskQueue } from '../../domain/shared/taskQueues.ts';
import { serviceForFile } from '../support/serviceForFile.ts';

const { service, api } = await serviceForFile({ withoutWorker: true });

interface Page {
  schedules: { process: string; key: string; paused: unknown; next: { date: string; at: string }; last: unknown }[];
  nextCursor: string | null;
}
const list = (query = '') => api.get<Page>('reader', `/v1/schedules${query}`);
const save = (process: Process, key: string) =>
  service.outside.schedules.save(
    { process, key },
    ScheduleTimes.parse({ timeZone: 'America/Chicago', localTime: '04:30' }),
    {
      type: 'importFeed',
      taskQueue: bulkTaskQueue,
      args: [],
      summary: 'Import',
      searchAttributes: searchAttributes({ process, vendor: 'cdk', stage: 'scheduled', waitingOn: 'nobody' }),
    },
  );

it('operators see what runs daily, what is paused and why, and the next and last runs', async () => {
  await save('feeds', 'import/F-1');
  await save('feeds', 'import/F-2');
  await save('pipelines', 'pull/P-1');
  const paused = { process: 'feeds' as const, key: 'import/F-2' };
  await service.outside.schedules.pause(paused, 'olivia', 'The vendor moves its server');
  await service.outside.schedules.trigger({ process: 'pipelines', key: 'pull/P-1' });
  await expect
    .poll(async () => (await list()).body.schedules, { timeout: 90_000 })
    .toMatchObject([
      {
        process: 'feeds',
        key: 'import/F-1',
        timeZone: 'America/Chicago',
        localTime: '04:30',
        paused: null,
        last: null,
      },
      { process: 'feeds', key: 'import/F-2', paused: { by: 'olivia', reason: 'The vendor moves its server' } },
      {
        process: 'pipelines',
        key: 'pull/P-1',
        problem: null,
        last: { date: null, workflowId: expect.stringMatching(/^pipelines\/pull\/P-1\/20/) },
      },
    ]);
  const [{ next } = {}] = (await list()).body.schedules;
  expect(next!.at).toMatch(new RegExp(`^${next!.date}T(09|10):30:00`));

  const ofFeeds = await list('?process=feeds');
  expect(ofFeeds.body.schedules.map(({ key }) => key)).toEqual(['import/F-1', 'import/F-2']);
  const keys: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Page = (await list(`?limit=2${cursor && `&cursor=${cursor}`}`)).body;
    keys.push(...page.schedules.map(({ key }) => key));
    cursor = page.nextCursor;
  }
  expect(keys).toEqual(['import/F-1', 'import/F-2', 'pull/P-1']);
});

it('schedules are shown to those who may read only', async () => {
  expect((await api.call(null, 'GET', '/v1/schedules')).status).toBe(401);
  expect(await list('?process=payroll')).toMatchObject({ status: 400, text: expect.stringContaining('process') });
});
