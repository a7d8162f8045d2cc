import { randomUUID } from 'node:crypto';
import { saveContact } from '../../../db/queries/feeds/onboardings.ts';
import {
  applyFeedImportWorkflow,
  endedImportWatch,
  endFeedImportWorkflow,
  importCorrectedRowsWorkflow,
} from '../../../domain/feeds/workflowStarts.ts';
import { eventually } from '../../support/eventually.ts';
import { feedOf } from '../../support/feeds.ts';
import { contact, onboardingOf } from '../../support/onboardings.ts';
import { startOver } from '../../support/runs.ts';
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
  {
    name: 'a-feed-is-onboarded-after-its-first-file-was-sent-back',
    records: ['onboardFeed', 'importFeed'],
    withFeeds: true,
    async play(service) {
      const onboarding = await onboardingOf(service, 'D-2001', { contact: {}, kinds: ['sales', 'service'] });
      await onboarding.task('onboarding-information');
      await saveContact(service.db, onboarding.id, contactRow);
      await onboarding.done('onboarding-information', keptElsewhere, 'tara');
      await onboarding.stepIs('permission', 'waiting');
      await onboarding.permission('granted');
      onboarding.put('first_SL.csv', file(header, row));
      await onboarding.done('first-file', onboarding.answers);
      await onboarding.done('trial-approval', { decision: 'send_back', note: 'the VINs are cut off' });
      onboarding.put('second_SL.csv', file(header, row, row.replace('1/10', '1/11')));
      await onboarding.update('reportFirstFile', {});
      await onboarding.done('trial-approval', { decision: 'approve', note: 'compared with the file' });
      onboarding.put('orders_SL.csv', file('WONumber,RO.Amount,VIN', 'W1,20.00,1HGBH41JXMN109186'));
      await onboarding.update('reportFirstFile', {});
      await onboarding.done('trial-approval', { decision: 'approve', note: 'compared with the file' });
      await onboarding.done('exclude-from-lead-export', { excluded: true });
      await onboarding.ended();
      for (const { id } of await onboarding.imports())
        await service.outside.schedules.delete({ process: 'feeds', key: `import/${id}` });
    },
  },
  {
    name: 'an-onboarding-is-withdrawn-in-a-new-run-and-another-one-refused',
    records: ['onboardFeed'],
    events: ['WORKFLOW_EXECUTION_CONTINUED_AS_NEW'],
    withFeeds: true,
    async play(service) {
      const refused = await onboardingOf(service, 'D-2003', { dms: 'automate' });
      await refused.stepIs('permission', 'waiting');
      await refused.permission('refused');
      await refused.ended();
      const withdrawn = await onboardingOf(service, 'D-2001');
      await withdrawn.stepIs('permission', 'waiting');
      await withdrawn.permission('granted');
      await withdrawn.task('first-file');
      await startOver(service, withdrawn.workflowId);
      await withdrawn.done('first-file', withdrawn.answers);
      await withdrawn.stepIs('trial-sales', 'waiting');
      service.sandbox.faults.smtp.next = ['550'];
      await withdrawn.withdraw();
      await withdrawn.done('proresponse-mail', { sent: true });
      await withdrawn.ended();
    },
  },
  {
    name: 'a-file-arrives-after-the-end-of-its-feed',
    records: ['watchEndedImport'],
    withFeeds: true,
    async play(service) {
      const feed = await feedOf(service);
      await feed.change({ state: 'ended', endedAt: new Date(Date.now() - 3_600_000) });
      feed.put('late_SL.csv', file(header, row));
      await service.client.workflow.start('watchEndedImport', endedImportWatch(feed.row));
      await feed.task('feed-files-after-end');
      await feedOf(service, { account: feed.row.account });
      await feed.done('feed-files-after-end', { outcome: 'new_feed', action: 'the dealer has it again' });
      await service.client.workflow.getHandle(`feeds/after-end/${feed.id}`).result();
    },
  },
];

const contactRow = { contactName: contact.name, contactPhone: contact.phone, contactEmail: contact.email };
const kept = 'kept in the record';
const keptElsewhere = { contactName: kept, contactPhone: kept, contactEmail: kept };
