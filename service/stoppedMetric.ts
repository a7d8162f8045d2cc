import type { Client } from '@temporalio/client';
import { Runtime } from '@temporalio/worker';
import { stoppedWorkflows } from '../api/server/stoppedWorkflows.ts';

const everyMs = 15_000;

/**
 * Keeps two gauges among the worker's metrics: `dealerops_stopped_workflows`, how many open workflows cannot continue, and
 * `dealerops_stopped_workflows_unknown`, 1 while Temporal cannot say (a gauge cannot be negative).
 * @returns ends it
 */
export function measureStoppedWorkflows(temporal: Client): () => void {
  const gaugeOf = (name: string, description: string) =>
    Runtime.instance().metricMeter.createGauge(name, 'int', undefined, description);
  const stopped = gaugeOf('dealerops_stopped_workflows', 'Open workflows that fail at each try');
  const unknown = gaugeOf('dealerops_stopped_workflows_unknown', 'Whether Temporal cannot say which workflows fail');
  const measure = () =>
    void stoppedWorkflows(temporal).then(
      ({ total }) => {
        stopped.set(total);
        unknown.set(0);
      },
      () => unknown.set(1),
    );
  measure();
  const timer = setInterval(measure, everyMs).unref();
  return () => clearInterval(timer);
}
