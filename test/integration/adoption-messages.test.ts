import { fileURLToPath } from 'node:url';
import proto from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { expect, it, onTestFinished } from 'vitest';
import { bundleOf } from '../../worker/worker.ts';
import { eventually } from '../support/eventually.ts';
import { testTemporal } from '../support/testTemporal.ts';

const { EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: signaled, EVENT_TYPE_EXTERNAL_WORKFLOW_EXECUTION_SIGNALED: delivered } =
  proto.temporal.api.enums.v1.EventType;

it('an integration asked for its end while a report is being sent reports again, so that no workflow waits forever', async () => {
  const temporal = await testTemporal();
  onTestFinished(() => temporal.close());
  const { workflow } = temporal.client;
  const events = async (workflowId: string, type: number) => {
    const { events: history } = await workflow.getHandle(workflowId).fetchHistory();
    return history!.filter(({ eventType }) => eventType === type);
  };
  // Nobody carries it out: what it was told is in its history.
  await workflow.start('dealer', { workflowId: 'dealer', taskQueue: 'nobody' });
  const ask = { signal: 'reportEndTo', signalArgs: [{ workflowId: 'dealer' }] };
  await workflow.signalWithStart('reporting', { workflowId: 'integration', taskQueue: 'reporting', ...ask });

  let goOn = () => {};
  const next = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  let given = 0;
  const many = { type: 'fixed-size', numSlots: 1 } as const;
  const worker = await Worker.create({
    connection: await temporal.nativeConnection(),
    namespace: temporal.namespace,
    taskQueue: 'reporting',
    workflowBundle: await bundleOf(fileURLToPath(new URL('../support/reportingWorkflow.ts', import.meta.url))),
    maxCachedWorkflows: 0,
    tuner: {
      workflowTaskSlotSupplier: {
        type: 'custom',
        // The first task is carried out, the next one when it is told.
        async reserveSlot() {
          given += 1;
          if (given > 1) await next;
          return {};
        },
        tryReserveSlot: () => null,
        markSlotUsed: () => {},
        releaseSlot: () => {},
      },
      activityTaskSlotSupplier: many,
      localActivityTaskSlotSupplier: many,
      nexusTaskSlotSupplier: many,
    },
  });
  await worker.runUntil(async () => {
    await eventually(async () => (await events('integration', delivered)).length === 1);
    expect(await events('dealer', signaled)).toHaveLength(1);
    await workflow.getHandle('integration').signal(ask.signal, ...ask.signalArgs);
    goOn();
    await workflow.getHandle('integration').result();
  });
  expect(await events('dealer', signaled)).toHaveLength(2);
});
