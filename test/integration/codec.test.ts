import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { encryptingDataConverter } from '../../worker/codec.ts';
import { parseKeyring } from '../../worker/keyring.ts';
import { bundleOf } from '../../worker/worker.ts';
import { testTemporal } from '../support/testTemporal.ts';

test("Temporal's server sees no plain text of arguments, results, signals, summaries, details, memos or failures", async () => {
  const keyring = parseKeyring(`test:${randomBytes(32).toString('base64')}`);
  const dataConverter = encryptingDataConverter(keyring);
  const temporal = await testTemporal({ dataConverter });
  const word = 'word-that-nobody-may-read';
  const worker = await Worker.create({
    connection: await temporal.nativeConnection(),
    namespace: temporal.namespace,
    taskQueue: 'telling',
    dataConverter,
    workflowBundle: await bundleOf(fileURLToPath(new URL('../support/tellingWorkflow.ts', import.meta.url))),
    activities: {
      async echo(text: string) {
        if (text.startsWith('fail')) throw ApplicationFailure.nonRetryable(`activity: ${text}`, 'Echo', text);
        return text;
      },
    },
  });
  const { client, namespace } = temporal;
  const service = client.connection.workflowService;

  const detailsQuery = '__temporal_workflow_metadata';
  let answers: unknown;
  const end = await worker.runUntil(async () => {
    const handle = await client.workflow.start('telling', {
      workflowId: 'telling',
      taskQueue: 'telling',
      args: [word],
      memo: { word },
      staticSummary: `summary: ${word}`,
      staticDetails: `details: ${word}`,
    });
    await expect
      .poll(async () => JSON.stringify(await handle.query(detailsQuery)), { timeout: 180_000 })
      .toContain(`details: ${word}`);
    answers = await service.queryWorkflow({
      namespace,
      execution: { workflowId: 'telling' },
      query: { queryType: detailsQuery },
    });
    await handle.signal('goOn', word);
    return handle.result().catch((error) => error);
  });
  expect(end).toBeInstanceOf(WorkflowFailedError);
  expect(end.cause).toMatchObject({ message: `workflow: ${word}`, type: 'Telling', details: [{ word }] });

  const execution = { workflowId: 'telling' };
  const { history } = await service.getWorkflowExecutionHistory({ namespace, execution });
  const description = await service.describeWorkflowExecution({ namespace, execution });
  const events = history?.events ?? [];
  expect(events.length).toBeGreaterThan(15);
  expect(textIn({ events, description })).not.toContain(word);
  expect(textIn(events)).toContain('Encoded failure');
  const summaries = events.flatMap((event) => event.userMetadata?.summary ?? []);
  expect(summaries).toHaveLength(3);
  for (const summary of summaries) expect(textIn(summary.metadata?.encoding)).toContain('binary/encrypted');
  expect(textIn(answers)).toContain('binary/encrypted');
  expect(textIn(answers)).not.toContain(word);
  await temporal.close();
});

/** All that can be read in a message of the server's, its bytes taken as text. */
function textIn(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  if (Array.isArray(value)) return value.map(textIn).join('\n');
  if (value && typeof value === 'object') return Object.values(value).map(textIn).join('\n');
  return String(value);
}
