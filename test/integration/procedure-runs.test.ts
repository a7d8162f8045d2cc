import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { expect, test } from 'vitest';
import type { ChecklistSave } from '../../domain/shared/checklist.ts';
import { bundleOf } from '../../worker/worker.ts';
import { eventually } from '../support/eventually.ts';
import { testTemporal } from '../support/testTemporal.ts';

test('a procedure continues in the next run of its workflow: no step, time or event is lost, and none is done twice', async () => {
  const temporal = await testTemporal();
  const saves: { write: ChecklistSave; summary: string }[] = [];
  let asked = 0;
  const worker = await Worker.create({
    connection: await temporal.nativeConnection(),
    namespace: temporal.namespace,
    taskQueue: 'question',
    workflowBundle: await bundleOf(fileURLToPath(new URL('../support/procedureWorkflow.ts', import.meta.url))),
    activities: {
      ask: async () => {
        asked += 1;
        return `number ${asked}`;
      },
      save: async (write: ChecklistSave, summary: string) => void saves.push({ write, summary }),
    },
  });
  const { workflow } = temporal.client;
  await worker.runUntil(async () => {
    const handle = await workflow.start('question', { workflowId: 'question', taskQueue: 'question' });
    const { write: before } = await eventually(async () =>
      saves.find(({ summary }) => summary === 'Record: Answer, waits for the far system'),
    );
    expect(before.snapshot).toMatchObject({
      state: 'in_progress',
      steps: [
        { step: 'ask', state: 'done', by: 'olivia', evidence: 'number 1' },
        { step: 'answer', state: 'running', waitingOn: 'the far system', waitingOnCode: 'far_system' },
      ],
    });
    await workflow.getHandle('question').signal('continueAsNew');
    const next = await eventually(async () => {
      const { runId } = await workflow.getHandle('question').describe();
      return runId === handle.firstExecutionRunId ? undefined : runId;
    });
    await workflow.getHandle('question', next).signal('answered');

    const [asking, answering] = before.snapshot.steps;
    expect(await handle.result()).toEqual({
      state: 'finished',
      steps: [asking, { ...answering, state: 'done', by: 'far_system', endedAt: expect.any(String), ...nobodyWaits }],
    });
    expect(asked).toBe(1);
    expect(saves.at(-1)!.write.version).toBeGreaterThan(before.version);
    const events = saves.flatMap(({ write }) => write.events);
    expect(events.map(({ action, by }) => [action, by])).toEqual([
      ['Ask: done', 'olivia'],
      ['Answer: done', 'far_system'],
      ['Question: finished', 'dealerops'],
    ]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(3);
  });
  await temporal.close();
});

const nobodyWaits = { waitingOn: undefined, waitingOnCode: undefined, waitingSince: undefined };
