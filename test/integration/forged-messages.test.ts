import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Client, WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { events, tasks } from '../../db/schema/shared.ts';
import { cancellationWorkflowId, integrationWorkflowId } from '../../domain/cancellations/cancellations.ts';
import { taskQueue } from '../../domain/shared/taskQueues.ts';
import { encryptionCodec } from '../../worker/codec.ts';
import { bundleOf } from '../../worker/worker.ts';
import { apiOf, type TestApi } from '../support/api.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { replayAndClose } from '../support/replay.ts';
import { startService, type TestService, testKeyring, workerLog } from '../support/service.ts';

/** A stranger who reaches Temporal, but holds no codec key, acts in nobody's name and stops nothing. */

const account = 'D-1103';
const [dealerId, integrationId] = [cancellationWorkflowId(account), integrationWorkflowId('crm/vinsolutions', account)];

let service: TestService;
let api: TestApi;
/** Sends in clear text; it reads answers only so that the test can look at them. */
let strangers: DataConverter;
let stranger: Client;
let cancellationId: string;
let task: typeof tasks.$inferSelect;
beforeAll(async () => {
  service = await startService();
  api = await apiOf(service);
  strangers = {
    ...service.dataConverter,
    payloadCodecs: [{ ...encryptionCodec(testKeyring), encode: async (all) => all }],
  };
  const { connection } = service.client;
  stranger = new Client({ connection, namespace: service.namespace, dataConverter: strangers });
  cancellationId = (await api.start({ account })).body.id;
  task = await dealerOf(service, account).task('vinsolutions-portal');
});
afterAll(async () => {
  await api?.close();
  await replayAndClose(service);
});

const by = 'mallory';
const reason = 'forged';
const failure = (call: Promise<unknown>) =>
  call.then(
    () => expect.fail('was accepted'),
    (error) => error,
  );
const updates: Record<string, object> = {
  claimTask: { by },
  assignTask: { by, to: by, teamLead: true },
  releaseTask: { by },
  completeTask: { by, answers: { ticketNumber: 'T-1', done: true } },
  escalate: { by, reason },
  closeNotCompleted: { by, reason },
  correctTask: { by, answers: { ticketNumber: 'T-2' }, reason },
  returnToTeam: { by, note: reason },
  prioritizeTask: { by, priority: 'urgent', teamLead: true },
  followUpTask: { by, at: null, note: reason, teamLead: true },
};

describe('an unencrypted message', () => {
  it.each(Object.entries(updates))(
    'is rejected as the Update %s, with and without arguments',
    async (name, message) => {
      const handle = stranger.workflow.getHandle(task.workflowId);
      const expiresAt = new Date(Date.now() + 60_000).toISOString();
      for (const send of [
        () => handle.executeUpdate(name, { args: [{ taskId: task.id, expiresAt, ...message }] }),
        () => handle.executeUpdate(name),
      ]) {
        const error = await failure(send());
        expect(error).toBeInstanceOf(WorkflowUpdateFailedError);
        expect(error.cause.type).toBe('Unencrypted');
      }
    },
  );

  it.each([
    [dealerId, 'withdraw', { requestId: randomUUID(), reason, by }],
    [
      dealerId,
      'request',
      { requestId: randomUUID(), reason: 'subscription_canceled', integrations: ['crm/elead'], by },
    ],
    [integrationId, 'withdraw', { reason, by }],
    [integrationId, 'removalAnswer', { key: 'any', state: 'removed', by, evidence: reason }],
    [
      'cancellation/vin-event-stream',
      'remove',
      { key: by, workflowId: by, account: by, dealerId: '1', requestedAt: '2026-01-01' },
    ],
  ])('is ignored as a Signal to %s, %s, with and without arguments', async (workflowId, name, message) => {
    const warned = () => workerLog.filter((line) => line.includes('was ignored') && line.includes(name)).length;
    const before = warned();
    const handle = stranger.workflow.getHandle(workflowId);
    await handle.signal(name, message);
    await handle.signal(name);
    await eventually(async () => warned() >= before + 2);
  });

  it.each(['cancelDealer', 'cancelElead', 'reinstate', 'sendNotice'])('does not start %s', async (type) => {
    const message = { account: 'D-1201', cancellationId, integration: 'crm/elead', whenActive: 'block', by };
    for (const args of [[message], []]) {
      const workflowId = `cancellation/D-1201/${randomUUID()}`;
      const error = await failure(stranger.workflow.execute(type, { workflowId, taskQueue, args }));
      expect(error).toBeInstanceOf(WorkflowFailedError);
      expect(error.cause.type).toBe('Unencrypted');
    }
  });

  it('does not start a workflow by signal-with-start or by reusing an ID', async () => {
    const handle = await stranger.workflow.signalWithStart('cancelDealer', {
      workflowId: cancellationWorkflowId('D-1302'),
      taskQueue,
      args: [{ account: 'D-1302' }],
      signal: 'withdraw',
      signalArgs: [{ requestId: randomUUID(), reason, by }],
    });
    expect((await failure(handle.result())).cause.type).toBe('Unencrypted');
    const { status, body } = await api.start({ account: 'D-1302' });
    expect(status).toBe(202);
    await eventually(
      async () => (await api.get<{ state: string }>('reader', `/v1/cancellations/${body.id}`)).body.state === 'closed',
    );
  });

  it('does not run an activity', async () => {
    const worker = await Worker.create({
      connection: service.native,
      namespace: service.namespace,
      taskQueue: 'stranger',
      dataConverter: strangers,
      workflowBundle: await bundleOf(fileURLToPath(new URL('../support/forgingWorkflow.ts', import.meta.url))),
    });
    await worker.runUntil(async () => {
      const at = new Date().toISOString();
      const withdrawal = { requestId: randomUUID(), reason, by };
      const saved = { taskId: task.id, version: 99, at, by, action: 'done', state: 'done' };
      for (const [activity, message] of [
        ['recordWithdrawal', { cancellationId, withdrawal, at }],
        ['saveTask', saved],
      ]) {
        const started = stranger.workflow.execute('forging', {
          workflowId: `forging/${activity}`,
          taskQueue: 'stranger',
          args: [activity, message],
        });
        const error = await failure(started);
        expect([activity, error.cause.cause.type]).toEqual([activity, 'Unencrypted']);
      }
    });
  });

  it('leaves no audit event, and the work continues', async () => {
    const { text } = await api.get('reader', `/v1/cancellations/${cancellationId}/report`);
    for (const word of [by, reason]) expect(text).not.toContain(word);
    expect(
      JSON.stringify([await service.db.select().from(events), await service.db.select().from(tasks)]),
    ).not.toContain(by);
    const act = (action: string, body: object) =>
      api.post<{ state: string }>('olivia', `/v1/tasks/${task.id}/${action}`, body);
    expect((await act('claim', {})).body.state).toBe('claimed');
    const done = await act('complete', { answers: { ticketNumber: 'T-1', done: true } });
    expect([done.status, done.body.state]).toEqual([200, 'done']);
    await eventually(
      async () =>
        (await api.get<{ state: string }>('reader', `/v1/cancellations/${cancellationId}`)).body.state === 'closed',
    );
  });
});
