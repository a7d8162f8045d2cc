import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { expect, test } from 'vitest';
import type { ChecklistSave } from '../../domain/shared/checklist.ts';
import { bundleOf } from '../../worker/worker.ts';
import { eventually } from '../support/eventually.ts';
import { testTemporal } from '../support/testTemporal.ts';

test('a checklist goes on in the next run of its workflow: no step, time or event is lost or written twice', async () => {
  const temporal = await testTemporal();
  const saves: { write: ChecklistSave; summary: string }[] = [];
  const worker = await Worker.create({
    connection: await temporal.nativeConnection(),
    namespace: temporal.namespace,
    taskQueue: 'checklist',
    workflowBundle: await bundleOf(fileURLToPath(new URL('../support/checklistWorkflow.ts', import.meta.url))),
    activities: { save: async (write: ChecklistSave, summary: string) => void saves.push({ write, summary }) },
  });
  const { workflow } = temporal.client;
  await worker.runUntil(async () => {
    const handle = await workflow.start('checklist', { workflowId: 'checklist', taskQueue: 'checklist' });
    const next = await eventually(async () => {
      const { runId } = await workflow.getHandle('checklist').describe();
      return runId === handle.firstExecutionRunId ? undefined : runId;
    });
    expect(saves).toHaveLength(1);
    const before = saves[0]!.write;
    expect(before.snapshot).toMatchObject({
      state: 'in_progress',
      steps: [
        { step: 'ask', state: 'done', by: 'olivia', evidence: 'number 5' },
        { step: 'answer', state: 'running', waitingOn: 'the far system', waitingOnCode: 'far_system' },
      ],
    });
    expect(saves[0]!.summary).toBe('Record: Answer, waits for the far system');
    await workflow.getHandle('checklist', next).signal('answered');

    const [asked, answering] = before.snapshot.steps;
    expect(await handle.result()).toEqual({
      state: 'finished',
      steps: [asked, { ...answering, state: 'done', by: 'far_system', endedAt: expect.any(String), ...nobodyWaits }],
    });
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
