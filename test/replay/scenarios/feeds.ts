import { randomUUID } from 'node:crypto';
import {
  applyFeedImportWorkflow,
  endFeedImportWorkflow,
  importCorrectedRowsWorkflow,
} from '../../../domain/feeds/workflowStarts.ts';
import { eventually } from '../../support/eventually.ts';
import { feedOf } from '../../support/feeds.ts';
import type { Scenario } from '../scenario.ts';

const header = 'CustomerNumber,CustomerFirst,CustomerLast,Email,VIN,SoldDate,Amount.Financed';
const row = 'C1,Kim,Example,kim@example.com,1HGBH41JXMN109186,1/10/2030,"25,000.00"';
const file = (...lines: string[]) => [...lines, ''].join('\r\n');

/** What happens to feed imports. */
export const feedScenarios: Scenario[] = [
  {
    name: 'a-feed-import-takes-files-and-a-person-decides-about-one',
    records: ['applyFeedImport', 'importFeed', 'resolveFeedProblem'],
    withFeeds: true,
    async play(service) {
      const feed = await feedOf(service);
      await service.client.workflow.execute('applyFeedImport', applyFeedImportWorkflow({ ...feed.row, version: 1 }));
      feed.put('first_SL.csv', file(header, row));
      await feed.run();
      feed.put('wrong_SL.csv', file('SoldDate,Email', '1/10/2030,kim@example.com'));
      await feed.run('dry_run');
      await feed.run();
      await feed.done('feed-file-rejected', { decision: 'ignore', action: 'ProResponse sends it again' });
      await feed.problem('file_rejected').result();
      await service.outside.schedules.delete({ process: 'feeds', key: `import/${feed.id}` });
    },
  },
  {
    name: 'rejected-rows-are-imported-after-all',
    records: ['importCorrectedRows'],
    withFeeds: true,
    async play(service) {
      const feed = await feedOf(service);
      feed.put('first_SL.csv', file(header, row, row.replace('1/10/2030', 'soon')));
      await feed.run();
      const workflow = importCorrectedRowsWorkflow(feed.row, { requestId: randomUUID(), by: 'finn' });
      await service.client.workflow.execute('importCorrectedRows', workflow);
    },
  },
  {
    name: 'a-feed-server-refuses-the-password-until-a-later-run',
    records: ['importFeed', 'resolveFeedProblem'],
    withFeeds: true,
    async play(service) {
      const feed = await feedOf(service);
      service.sandbox.faults.sftp.refusePassword = true;
      await feed.run();
      await feed.task('feed-credentials');
      service.sandbox.faults.sftp.refusePassword = false;
      await feed.run();
      await feed.task('feed-credentials', 'closed');
      await feed.problem('credentials').result();
    },
  },
  {
    name: 'a-feed-import-ends-and-its-delivery-is-stopped',
    records: ['endFeedImport'],
    withFeeds: true,
    async play(service) {
      const feed = await feedOf(service);
      const setEnd = async (endsOn: string | null) => {
        await feed.change({ endsOn, endRequestedBy: endsOn && 'amy', contractReference: endsOn && 'C-17' });
        return service.client.workflow.signalWithStart('endFeedImport', endFeedImportWorkflow(feed.row));
      };
      const withdrawn = await setEnd('2090-01-01');
      await setEnd(null);
      await withdrawn.result();
      const ended = await setEnd('2020-01-01');
      await feed.done('feed-import-ends', { stopped: true });
      await ended.result();
      await eventually(async () => (await feed.current()).state === 'ended');
    },
  },
];
