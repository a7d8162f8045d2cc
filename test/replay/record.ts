import proto from '@temporalio/proto';
import { afterAll, expect, it } from 'vitest';
import { accounts } from '../../db/schema/shared.ts';
import { sandboxDealers } from '../../sandbox/shared/dealers.ts';
import { proResponse } from '../support/onboardings.ts';
import { assertAnswered } from '../support/replay.ts';
import { startService, type TestService } from '../support/service.ts';
import { keepScenarios, type RecordedHistory, writeHistories } from './histories.ts';
import { replayKeyring } from './keyring.ts';
import { replayErrors } from './replaying.ts';
import type { Scenario } from './scenario.ts';
import { scenarios } from './scenarios/index.ts';

/**
 * Records the histories that `replay.test.ts` replays: `npm run record-histories`, or a part of them with `-- -t <scenario>`. A
 * scenario has servers' state of its own, so a failed one is simply played again.
 */
let played = 0;

// By `%s`: `$name` would be cut to 40 characters, and `-t` would not find the others.
it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
  '%s',
  {
    retry: 2,
    timeout: 240_000,
  },
  async (_name, scenario) => {
    const { timeSkipping, withoutCst, connectors, dataAfterEndGraceDays, withFeeds } = scenario;
    const service = await startService({
      ...{ timeSkipping, withoutCst, connectors, dataAfterEndGraceDays },
      ...(withFeeds && { bulkWorker: true, secondLookMs: 50, onboarding: proResponse }),
      vinSolutionsDealers: 'all',
      keyring: replayKeyring,
    });
    try {
      if (withoutCst) await service.db.insert(accounts).values(sandboxDealers);
      await scenario.play(service);
      const recorded = await recordedOf(service, scenario);
      expect(await replayErrors(recorded)).toEqual([]);
      writeHistories(scenario.name, recorded);
      played += 1;
    } finally {
      await service.close();
    }
  },
);

afterAll(() => {
  if (played === scenarios.length) keepScenarios(scenarios.map(({ name }) => name));
});

interface Run {
  workflowId: string;
  runId: string;
  workflowType: string;
  startedMs: number;
}

/** Of all runs whose types the scenario records, the oldest first. */
async function recordedOf(service: TestService, { records, events = [] }: Scenario) {
  const runs = (await runsOf(service)).filter(({ workflowType }) => (records as string[]).includes(workflowType));
  runs.sort((a, b) => a.startedMs - b.startedMs || a.workflowId.localeCompare(b.workflowId));
  const recorded = await Promise.all(
    runs.map(async (run) => ({ ...run, history: await settledHistory(service, run) })),
  );
  expect(new Set(recorded.map(({ workflowType }) => workflowType)), 'types').toEqual(new Set(records));
  const { EventType } = proto.temporal.api.enums.v1;
  const found = recorded.flatMap(({ history }) => history.events!.map(({ eventType }) => EventType[eventType!]));
  for (const event of events) expect(found).toContain(`EVENT_TYPE_${event}`);
  return recorded;
}

async function runsOf({ client, namespace, env }: TestService): Promise<Run[]> {
  const { workflowService } = client;
  const startTimeFilter = { earliestTime: { seconds: 0 as never }, latestTime: { seconds: 9_999_999_999 as never } };
  // The time-skipping server has these two only, a new server only the other one.
  const listed = env
    ? await Promise.all([
        workflowService.listOpenWorkflowExecutions({ namespace, startTimeFilter }),
        workflowService.listClosedWorkflowExecutions({ namespace, startTimeFilter }),
      ])
    : [await workflowService.listWorkflowExecutions({ namespace, pageSize: 1_000 })];
  return listed
    .flatMap(({ executions }) => executions)
    .map(({ execution, type, startTime }) => ({
      workflowId: execution!.workflowId!,
      runId: execution!.runId!,
      workflowType: type!.name!,
      startedMs: Number(startTime!.seconds) * 1_000 + (startTime!.nanos ?? 0) / 1_000_000,
    }));
}

/** A history that ends in the middle of a workflow task does not replay: waits until the worker has answered. */
async function settledHistory({ client }: TestService, { workflowId, runId }: Run): Promise<RecordedHistory> {
  const { EventType } = proto.temporal.api.enums.v1;
  const open: unknown[] = [EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED, EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED];
  for (;;) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    if (!open.includes(history.events!.at(-1)!.eventType)) {
      assertAnswered(workflowId, history);
      // The time-skipping server does not tell it here, but the code reads it.
      history.events![0]!.workflowExecutionStartedEventAttributes!.workflowId ||= workflowId;
      return history;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
