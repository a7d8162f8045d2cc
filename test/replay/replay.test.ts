import { readdirSync, readFileSync } from 'node:fs';
import proto from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { describe, expect, it } from 'vitest';
import { integrationNames, stepTitles, vendorTitle } from '../../domain/shared/vendors.ts';
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

async function replay(one: Recorded, code = bundle): Promise<void> {
  await Worker.runReplayHistory({ workflowBundle: await code, dataConverter }, one.history, start(one).workflowId!);
}

describe('recorded histories replay with the present code', () => {
  it.each(recorded)('$name', (one) => replay(one));

  it('there is one of every workflow', () => {
    const kinds = new Set(recorded.map((one) => start(one).workflowType!.name));
    expect([...kinds].sort()).toEqual(
      Object.keys(workflows)
        .filter((name) => /^(cancel|remove|reinstate|send)/.test(name))
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

describe('with every title and text for people changed', () => {
  const renamed = workflowBundle({
    prebuilt: false,
    webpackConfigHook: (config) => {
      const loader = new URL('./renameTexts.cjs', import.meta.url).pathname;
      config.module?.rules?.push({
        test: /(domain|workflows)[\\/].*\.ts$/,
        exclude: /node_modules/,
        enforce: 'pre',
        loader,
      });
      return config;
    },
  });

  it('the bundle has no title as it was', async () => {
    const [before, after] = [(await bundle).code, (await renamed).code];
    for (const title of [...integrationNames.map(vendorTitle), ...Object.values(stepTitles)]) {
      const isIn = (code: string, text: string) => [`: '${text}'`, `: "${text}"`].some((one) => code.includes(one));
      expect([title, isIn(before, title), isIn(after, title)]).toEqual([title, true, false]);
      expect([title, isIn(after, `Renamed: ${title}`)]).toEqual([title, true]);
    }
  });

  it.each(recorded)('$name replays', (one) => replay(one, renamed));
});
