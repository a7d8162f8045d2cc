import proto from '@temporalio/proto';
import { DeterminismViolationError } from '@temporalio/workflow';
import { describe, expect, it } from 'vitest';
import { stepCatalog } from '../../domain/cancellations/catalog.ts';
import { integrationNames, vendorTitle } from '../../domain/shared/vendors.ts';
import { workflowBundle } from '../../worker/worker.ts';
import * as workflows from '../../workflows/index.ts';
import { type Recorded, readHistories } from './histories.ts';
import { presentBundle, replayErrors } from './replaying.ts';

const recorded = readHistories();
/** The scenarios of all releases, each with its histories. */
const scenarios = Object.entries(
  recorded.reduce<Record<string, Recorded[]>>((all, one) => {
    const name = `${one.release}/${one.scenario}`;
    all[name] = [...(all[name] ?? []), one];
    return all;
  }, {}),
);

describe('the present code replays the recorded histories', () => {
  it.each(scenarios)('of %s', async (_name, histories) => {
    expect(await replayErrors(histories)).toEqual([]);
  });

  it('of every workflow type that the workers register', () => {
    // Temporal takes every exported function for a workflow type.
    const registered = Object.keys(workflows).filter((name) => typeof Reflect.get(workflows, name) === 'function');
    const types = new Set(recorded.map(({ workflowType }) => workflowType));
    expect(registered.filter((type) => !types.has(type))).toEqual([]);
  });

  it('and reports a history that does not fit', async () => {
    const { History } = proto.temporal.api.history.v1;
    const elead = recorded.find((one) => one.workflowType === 'cancelElead')!;
    const history = History.decode(History.encode(elead.history).finish());
    history.events[0]!.workflowExecutionStartedEventAttributes!.workflowType!.name = 'cancelDealerSocket';
    const [found] = await replayErrors([{ workflowId: elead.workflowId, history }]);
    expect(found?.error).toBeInstanceOf(DeterminismViolationError);
  });
});

describe('with every title and text for people changed', () => {
  const renamed = workflowBundle({
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

  it('no title is left in the bundle as it was', async () => {
    const [before, after] = [(await presentBundle()).code, (await renamed).code];
    for (const title of [
      ...integrationNames.map(vendorTitle),
      ...Object.values(stepCatalog).map(({ title }) => title),
    ]) {
      const isIn = (code: string, text: string) => [`: '${text}'`, `: "${text}"`].some((one) => code.includes(one));
      expect([title, isIn(before, title), isIn(after, title)]).toEqual([title, true, false]);
      expect([title, isIn(after, `Renamed: ${title}`)]).toEqual([title, true]);
    }
  });

  it.each(scenarios)('%s replays', async (_name, histories) => {
    expect(await replayErrors(histories, renamed)).toEqual([]);
  });
});
