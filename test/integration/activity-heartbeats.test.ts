import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { activityInfo, heartbeat } from '@temporalio/activity';
import { Worker } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { activityInterceptor } from '../../worker/activityInterceptor.ts';
import { bundleOf } from '../../worker/worker.ts';
import { testTemporal } from '../support/testTemporal.ts';

test('a retry resumes from the checkpoint of an earlier try, even after heartbeats without one', async () => {
  const temporal = await testTemporal();
  const found: unknown[] = [];
  const worker = await Worker.create({
    connection: await temporal.nativeConnection(),
    namespace: temporal.namespace,
    taskQueue: 'checkpoint',
    workflowBundle: await bundleOf(fileURLToPath(new URL('../support/checkpointWorkflow.ts', import.meta.url))),
    interceptors: { activity: [() => ({ inbound: activityInterceptor })] },
    activities: {
      async resume() {
        found.push(activityInfo().heartbeatDetails);
        if (found.length === 4) return found;
        if (found.length === 1) heartbeat({ row: 5 });
        // The second try has no checkpoint of its own; the third one only says that it goes on.
        if (found.length === 3) heartbeat();
        // Longer than the pause between the interceptor's own heartbeats.
        else await sleep(1_500);
        throw new Error('to be tried again');
      },
    },
  });
  const end = await worker.runUntil(() =>
    temporal.client.workflow.execute('checkpoint', { workflowId: 'checkpoint', taskQueue: 'checkpoint' }),
  );
  expect(end).toEqual([null, { row: 5 }, { row: 5 }, { row: 5 }]);
  await temporal.close();
});
