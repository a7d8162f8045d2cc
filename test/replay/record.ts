import { writeFileSync } from 'node:fs';
import proto from '@temporalio/proto';
import { like } from 'drizzle-orm';
import { afterAll, beforeAll, it } from 'vitest';
import { events } from '../../db/schema/schema.ts';
import { vinEventStreamWorkflowId } from '../../domain/cancellations/cancellations.ts';
import type { IntegrationName } from '../../domain/shared/vendors.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { startService, type TestService } from '../support/service.ts';
import { replayKeyring } from './keyring.ts';

/** Records the histories that `replay.test.ts` replays: every workflow, with what people and faults do to it. */

let service: TestService;
beforeAll(async () => {
  service = await startService({ keyring: replayKeyring });
});
afterAll(() => service?.close());

async function keep(name: string, workflowId: string): Promise<void> {
  const history = await service.client.workflow.getHandle(workflowId).fetchHistory();
  const bytes = proto.temporal.api.history.v1.History.encode(history).finish();
  writeFileSync(new URL(`./histories/${name}.binpb`, import.meta.url), bytes);
}

/** Of the mail to the leads about a task that cannot be done. */
async function keepNotice(): Promise<void> {
  const [escalated] = await service.db.select().from(events).where(like(events.action, 'Task escalated%'));
  const workflowId = `notice/task/${escalated!.id}/escalated`;
  await service.client.workflow.getHandle(workflowId).result();
  await keep('notice', workflowId);
}

const child = (integration: IntegrationName, account: string) => `cancellation/${integration}/${account}`;

it('records every procedure', async () => {
  const done = async (
    account: string,
    integration: IntegrationName,
    work?: (dealer: ReturnType<typeof dealerOf>) => Promise<unknown>,
  ) => {
    const dealer = dealerOf(service, account);
    const { ended } = await dealer.cancel([integration]);
    await work?.(dealer);
    await ended();
    await keep(`${integration.replace('/', '-')}-${account}`, child(integration, account));
  };
  await done('D-1302', 'crm/reynolds');
  await done('D-1201', 'crm/elead');
  await done('D-1601', 'dms/reynolds');
  await done('D-1401', 'dms/cdk');
  await done('D-1402', 'dms/cdk', (dealer) => dealer.done('cdk-case', { caseNumber: 'C-1', terminated: true }));
  await done('D-1501', 'dms/dealervault', async (dealer) => {
    await dealer.done('dealervault-service', { deactivated: true });
    await dealer.done('dealervault-sales', { deactivated: true });
  });
  await done('D-1003', 'crm/dealersocket', async (dealer) => {
    const task = await dealer.task('dealersocket-form');
    await dealer.say(task, 'claimTask', { by: 'olivia' });
    await dealer.say(task, 'escalate', { by: 'olivia', reason: 'the page is down' });
    await dealer.say(task, 'returnToTeam', { by: 'lena', note: 'it works again' });
    await dealer.done('dealersocket-form', { submitted: true });
  });
  await done('D-1103', 'crm/vinsolutions', (dealer) =>
    dealer.done('vinsolutions-portal', { ticketNumber: 'T-1', done: true }),
  );
  service.sandbox.faults.smtp.next = ['550'];
  await done('D-1202', 'crm/elead', (dealer) => dealer.done('elead-mail-by-hand', { sent: true }));
  await keep('vin-event-stream', vinEventStreamWorkflowId);
  await keepNotice();
});

it('records a withdrawal that comes in the middle, and one that comes late', async () => {
  const dealer = dealerOf(service, 'D-1104');
  const { id, ended } = await dealer.cancel(['crm/vinsolutions']);
  await dealer.task('vinsolutions-portal');
  await eventually(async () => (await dealer.progress(id, 'crm/vinsolutions'))?.steps[0]?.state === 'done');
  await dealer.withdraw();
  await dealer.done('reinstate', { done: true });
  await ended();
  await keep('crm-vinsolutions-withdrawn', child('crm/vinsolutions', 'D-1104'));
  await keep('dealer-withdrawn', 'cancellation/D-1104');

  const late = dealerOf(service, 'D-1204');
  const first = await late.cancel(['crm/elead']);
  await first.ended();
  await keep('dealer', 'cancellation/D-1204');
  await late.withdraw('came back', { of: first.id });
  await late.done('reinstate', { done: true });
  await service.client.workflow.getHandle('cancellation/D-1204').result();
  await keep('reinstate', `${child('crm/elead', 'D-1204')}/reinstate`);
  await keep('dealer-withdrawn-late', 'cancellation/D-1204');
});
