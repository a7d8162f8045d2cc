import { readdirSync, readFileSync } from 'node:fs';
import proto from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { describe, expect, it } from 'vitest';
import { encryptingDataConverter } from '../../worker/codec.ts';
import { workflowBundle } from '../../worker/worker.ts';
import * as workflows from '../../workflows/index.ts';
import { replayKeyring } from './keyring.ts';

const { History } = proto.temporal.api.history.v1;
const folder = new URL('./histories/', import.meta.url);
const recorded = readdirSync(folder).map((file) => ({
  name: file.replace('.binpb', ''),
  history: History.decode(readFileSync(new URL(file, folder))),
}));
type Recorded = (typeof recorded)[number];
const start = ({ history }: Recorded) => history.events[0]!.workflowExecutionStartedEventAttributes!;

const bundle = workflowBundle({ prebuilt: false });
const dataConverter = encryptingDataConverter(replayKeyring);

async function replay(one: Recorded): Promise<void> {
  await Worker.runReplayHistory({ workflowBundle: await bundle, dataConverter }, one.history, start(one).workflowId!);
}

describe('recorded histories replay with the present code', () => {
  it.each(recorded)('$name', (one) => replay(one));

  it('there is one of every workflow', () => {
    const kinds = new Set(recorded.map((one) => start(one).workflowType!.name));
    expect([...kinds].sort()).toEqual(
      Object.keys(workflows)
        .filter((name) => /^(cancel|vin|setUp)/.test(name))
        .sort(),
    );
  });

  it('and a history that the code does not fit is noticed', async () => {
    const elead = recorded.find((one) => start(one).workflowType!.name === 'cancelElead')!;
    const other = { name: 'other', history: History.decode(History.encode(elead.history).finish()) };
    start(other).workflowType!.name = 'cancelDealerSocket';
    await expect(replay(other)).rejects.toThrow(DeterminismViolationError);
  });
});
