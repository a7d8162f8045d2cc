import type { Client } from '@temporalio/client';
import { Runtime } from '@temporalio/worker';
import { stoppedWorkflows } from '../api/server/stoppedWorkflows.ts';

const everyMs = 15_000;

/**
 * Keeps the gauge `dealerops_stopped_workflows` among the worker's metrics: how many open workflows cannot continue; -1
 * while Temporal cannot say.
 * @returns ends it
 */
export function measureStoppedWorkflows(temporal: Client): () => void {
  const gauge = Runtime.instance().metricMeter.createGauge(
    'dealerops_stopped_workflows',
    'int',
    undefined,
    'Open workflows that fail at each try',
  );
  const find = stoppedWorkflows(temporal);
  const measure = () =>
    void find().then(
      (stopped) => gauge.set(stopped.size),
      () => gauge.set(-1),
    );
  measure();
  const timer = setInterval(measure, everyMs).unref();
  return () => clearInterval(timer);
}
