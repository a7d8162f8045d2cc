import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cancellations } from '../../db/schema/cancellations.ts';
import { cancellationWorkflowId } from '../../domain/cancellations/cancellations.ts';
import { openTaskStates } from '../../domain/shared/tasks.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { replayAndClose } from '../support/replay.ts';
import { startOver } from '../support/runs.ts';
import { startService, type TestService } from '../support/service.ts';

/** Somebody presses Cancel on a dealer's workflow in Temporal's Web UI: that withdraws all its cancellations. */

let service: TestService;
const workflowOf = (account: string) => service.client.workflow.getHandle(cancellationWorkflowId(account));
const row = async (id: string) => (await service.db.select().from(cancellations).where(eq(cancellations.id, id))).at(0);
const closed = (id: string) => eventually(async () => (await row(id))?.state === 'closed');
const withdrawals = async (account: string, id: string) =>
  (await dealerOf(service, account).events(id)).filter(({ action }) => action === 'Cancellation withdrawn');
const openTasks = async (account: string) =>
  (await dealerOf(service, account).tasks()).filter(({ state }) => openTaskStates.includes(state));
const byTemporal = { withdrawnBy: 'temporal', withdrawnReason: 'the workflow was canceled in Temporal' };

describe('Cancel of a dealer’s workflow', () => {
  // The time-skipping server loses a workflow task in which a run wants to end while a message arrives.
  beforeAll(async () => {
    service = await startService();
  });
  beforeEach(() => service.sandbox.reset());
  afterAll(() => replayAndClose(service));

  it('that waits for people closes their tasks, and is recorded once', async () => {
    const dealer = dealerOf(service, 'D-1703');
    const { id, ended } = await dealer.cancel(['dms/cdk', 'crm/dealersocket']);
    await dealer.task('cdk-case');
    await dealer.task('dealersocket-form');
    await workflowOf('D-1703').cancel();
    expect(await ended()).toEqual({ 'dms/cdk': 'withdrawn', 'crm/dealersocket': 'withdrawn' });
    expect(await row(id)).toMatchObject({ state: 'closed', ...byTemporal });
    expect(await withdrawals('D-1703', id)).toHaveLength(1);
    expect(await openTasks('D-1703')).toEqual([]);
  });

  it('right after a new run has begun is carried out', async () => {
    const dealer = dealerOf(service, 'D-1003');
    const { id, ended } = await dealer.cancel(['crm/dealersocket']);
    await dealer.task('dealersocket-form');
    await startOver(service, cancellationWorkflowId('D-1003'));
    await workflowOf('D-1003').cancel();
    expect(await ended()).toEqual({ 'crm/dealersocket': 'withdrawn' });
    expect(await row(id)).toMatchObject({ state: 'closed', ...byTemporal });
  });

  it('in the moment in which a new run begins is carried out', async () => {
    const dealer = dealerOf(service, 'D-1701');
    const { id, ended } = await dealer.cancel(['crm/dealersocket']);
    await dealer.task('dealersocket-form');
    await workflowOf('D-1701').signal('continueAsNew');
    await workflowOf('D-1701').cancel();
    expect(await ended()).toEqual({ 'crm/dealersocket': 'withdrawn' });
    expect(await row(id)).toMatchObject({ state: 'closed', ...byTemporal });
  });

  it('before its first request was recorded withdraws that request', async () => {
    const dealer = dealerOf(service, 'D-1402');
    await service.stopWorker();
    const { id, ended } = await dealer.cancel(['dms/cdk']);
    await workflowOf('D-1402').cancel();
    await service.startWorker();
    expect(await ended()).toEqual({ 'dms/cdk': 'withdrawn' });
    expect(await row(id)).toMatchObject({ state: 'closed', ...byTemporal });
    expect(await openTasks('D-1402')).toEqual([]);
  });

  it('while requests and a withdrawal have arrived with it withdraws all of them', async () => {
    const dealer = dealerOf(service, 'D-1002');
    const { id, ended } = await dealer.cancel(['dms/cdk']);
    await dealer.task('cdk-case');
    await service.stopWorker();
    await dealer.cancel(['crm/dealersocket']);
    await dealer.withdraw('keeps its DMS', { integrations: ['dms/cdk'] });
    await dealer.cancel(['dms/cdk']);
    await workflowOf('D-1002').cancel();
    await service.startWorker();
    expect(await ended()).toEqual({ 'dms/cdk': 'withdrawn', 'crm/dealersocket': 'withdrawn' });
    expect(await row(id)).toMatchObject({ state: 'closed', ...byTemporal });
    expect(await openTasks('D-1002')).toEqual([]);
  });

  it('that reinstates one cancellation while another waits for it withdraws the other', async () => {
    const dealer = dealerOf(service, 'D-1204');
    const earlier = await dealer.cancel(['crm/elead']);
    await earlier.ended();
    await dealer.withdraw('came back', { of: earlier.id });
    await dealer.task('reinstate');
    const { id } = await dealer.cancel(['crm/elead']);
    await eventually(async () => (await dealer.progress(id, 'crm/elead'))?.state === 'waiting');
    await workflowOf('D-1204').cancel();
    await closed(id);
    expect(await row(id)).toMatchObject(byTemporal);
    expect(await row(earlier.id)).toMatchObject({ state: 'open', withdrawnReason: 'came back' });
    await dealer.done('reinstate', { done: true });
    await closed(earlier.id);
    expect(service.sandbox.smtp.messages.filter(({ subject }) => subject.includes('555304'))).toHaveLength(1);
  });

  it('again withdraws what was requested after the first one', async () => {
    const dealer = dealerOf(service, 'D-1104');
    const { id } = await dealer.cancel(['crm/vinsolutions']);
    await dealer.task('vinsolutions-portal');
    await eventually(async () => (await dealer.progress(id, 'crm/vinsolutions'))?.steps[0]?.state === 'done');
    await workflowOf('D-1104').cancel();
    await dealer.task('reinstate');
    const { runId } = await workflowOf('D-1104').describe();
    await dealer.cancel(['crm/vinsolutions']);
    await eventually(async () => (await row(id))?.withdrawnAt === null);
    await eventually(async () => (await workflowOf('D-1104').describe()).runId !== runId);
    await workflowOf('D-1104').cancel();
    await eventually(async () => (await withdrawals('D-1104', id)).length === 2);
    await dealer.done('reinstate', { done: true });
    await closed(id);
    expect(await row(id)).toMatchObject(byTemporal);
    expect(await dealer.progress(id, 'crm/vinsolutions')).toMatchObject({ state: 'withdrawn' });
    expect((await dealer.tasks()).map(({ kind }) => kind).sort()).toEqual(['reinstate', 'vinsolutions-portal']);
  });
});
