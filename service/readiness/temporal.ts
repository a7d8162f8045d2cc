import { type Client, isGrpcServiceError } from '@temporalio/client';
import { searchAttributeNames } from '../../domain/shared/searchAttributes.ts';
import { bulkTaskQueue, type TaskQueue, taskQueue } from '../../domain/shared/taskQueues.ts';
import { describeQueue, type Poller, pollerId } from '../../worker/pollers.ts';
import { degraded, failed, type Look, ok } from './readiness.ts';

const deadlineMs = 3_500;
const notFound = 5;
const invalidArgument = 3;

/** Temporal answers, and has the namespace and our search attributes. */
export function temporalIsReady(temporal: Client): Look {
  const { namespace } = temporal.options;
  const query = searchAttributeNames.map((name) => `${name} = 'readiness'`).join(' and ');
  return () =>
    temporal.withDeadline(Date.now() + deadlineMs, async () => {
      try {
        await temporal.workflowService.countWorkflowExecutions({ namespace, query });
        return ok;
      } catch (error) {
        if (!isGrpcServiceError(error)) throw error;
        if (error.code === notFound)
          return failed(`there is no namespace ${namespace} in Temporal: create it, or set TEMPORAL_NAMESPACE`);
        if (error.code === invalidArgument)
          return failed(
            `a search attribute is not registered in the namespace ${namespace} (${error.details}): run npm run migrate`,
          );
        throw error;
      }
    });
}

/** A worker that lives polls again after each long poll, which Temporal ends after a minute; the rest is for a busy machine. */
const pollsWithinMs = 90_000;

/**
 * Leaves out the pollers whose last poll has been the same for 90 seconds: Temporal names one that was killed for five minutes.
 * How long is measured here, since the machines' clocks may differ.
 */
function withoutSilent(): (pollers: Poller[]) => Poller[] {
  let lastPolls = new Map<string, { polledAt: string; since: number }>();
  return (pollers) => {
    const now = performance.now();
    lastPolls = new Map(
      pollers.map((poller) => {
        const { polledAt } = poller;
        const last = lastPolls.get(pollerId(poller));
        return [pollerId(poller), last?.polledAt === polledAt ? last : { polledAt, since: now }];
      }),
    );
    return pollers.filter((poller) => now - lastPolls.get(pollerId(poller))!.since < pollsWithinMs);
  };
}

/**
 * What is started will run: a worker of the build to which the work goes polls for workflows and for activities. Only the polls
 * for workflows show that it is silent: a worker at its limit of activities does not poll for more.
 */
export function workersPoll(temporal: Client): Look {
  return pollsOf(temporal, taskQueue);
}

/** As `workersPoll`, of the bulk workers; degraded only: without them imports wait, and all else goes on. */
export function bulkWorkersPoll(temporal: Client): Look {
  const look = pollsOf(temporal, bulkTaskQueue);
  return async () => {
    const { status, reason } = await look();
    return status === 'ok' ? ok : degraded(`imports wait: ${reason}`);
  };
}

function pollsOf(temporal: Client, queue: TaskQueue): Look {
  const polling = withoutSilent();
  return () =>
    temporal.withDeadline(Date.now() + deadlineMs, async () => {
      const { current, activities, ...described } = await describeQueue(temporal, queue);
      const workflows = polling(described.workflows);
      const takesWork = (pollers: Poller[]) => pollers.some(({ build }) => build === current);
      if (takesWork(workflows) && takesWork(activities)) return ok;
      if (workflows.length === 0) return failed(`no worker polls the task queue ${queue} of Temporal: start one`);
      return failed(
        current === undefined
          ? 'no build of the workers is current, so that nothing runs: run npm run make-current'
          : `no worker of the current build ${current} polls the task queue ${queue}: start one, or run npm run make-current with the new build`,
      );
    });
}

/**
 * This worker polls its task queue, and work goes to its build; where another build is current it is degraded only, since it
 * must be ready before its own build can be made current.
 * @param temporal on the connection by which the worker polls
 * @param worker.build where it is versioned
 */
export function thisWorkerPolls(
  temporal: Client,
  worker: { queue: TaskQueue; identity: string; build?: string; state(): string },
): Look {
  return () =>
    temporal.withDeadline(Date.now() + deadlineMs, async () => {
      if (worker.state() !== 'RUNNING') return failed(`the worker is not running but ${worker.state().toLowerCase()}`);
      const { current, workflows } = await describeQueue(temporal, worker.queue);
      const polls = workflows.some(({ identity, build }) => identity === worker.identity && build === worker.build);
      if (!polls) return failed('this worker does not poll Temporal: look at its log');
      if (current === worker.build) return ok;
      return degraded(`this worker's build ${worker.build} is not current: run npm run make-current`);
    });
}
