import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataConverter } from '@temporalio/common';
import {
  type BundleOptions,
  bundleWorkflowCode,
  DefaultLogger,
  type NativeConnection,
  Worker,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import { createActivities, type Outside } from '../activities/index.ts';
import { type TaskQueue, taskQueue } from '../domain/shared/taskQueues.ts';
import { activityInterceptor } from './activityInterceptor.ts';
import { buildIdOf, builtBundleName } from './buildId.ts';
import { failureConverterPath } from './codec.ts';
import { codeFolder, moduleFile } from './files.ts';
import { defaultLimits, type QueueLimits } from './limits.ts';
import { startMaintenance } from './maintenance/index.ts';

export interface WorkerOptions {
  connection: NativeConnection;
  namespace: string;
  dataConverter: DataConverter;
  outside: Outside;
  bundle: WorkflowBundleWithSourceMap;
  /** The interactive one when absent. */
  queue?: TaskQueue;
  /** Those of `defaultLimits` when absent. */
  limits?: QueueLimits;
  /** Those of the service when absent. */
  activities?: object;
  /**
   * Makes this worker one version of a deployment, whose build is this release (`buildIdOf`). It is given work once that
   * version was made current (`makeCurrent`). Off on servers without deployments.
   */
  deployment?: string;
}

export interface RunningWorker {
  queue: TaskQueue;
  /** Ends when the worker does; rejects when it failed. */
  done: Promise<void>;
  /** By which Temporal knows who polls. */
  identity: string;
  /** Of its release; absent where it is not versioned. */
  build?: string;
  /** Such as `RUNNING` or `DRAINING`. */
  state(): string;
  /** Lets the activities that run come to their end, then stops. */
  shutdown(): Promise<void>;
}

const builtBundle = join(codeFolder, 'worker', builtBundleName);

/** The workflow bundle: of `npm run build` where this program is compiled, else made now. */
export async function workflowBundle(
  options: Pick<BundleOptions, 'webpackConfigHook'> = {},
): Promise<WorkflowBundleWithSourceMap> {
  if (existsSync(builtBundle)) return { code: readFileSync(builtBundle, 'utf8') } as WorkflowBundleWithSourceMap;
  const workflowInterceptorModules = [moduleFile('workflows/interceptors')];
  return bundleOf(moduleFile('workflows/index'), { ...options, workflowInterceptorModules });
}

/**
 * Bundles workflows for workers that encrypt: without the failure converter in it, what fails in workflow code is kept in clear text.
 * @internal exported for tests
 */
export function bundleOf(
  workflowsPath: string,
  options: Pick<BundleOptions, 'webpackConfigHook' | 'workflowInterceptorModules'> = {},
): Promise<WorkflowBundleWithSourceMap> {
  return bundleWorkflowCode({
    ...options,
    workflowsPath,
    failureConverterPath,
    preloadModules: [moduleFile('workflows/preloaded')],
    logger: new DefaultLogger('WARN'),
  });
}

/** Starts a worker of one task queue; every worker knows all workflows and activities. */
export async function startWorker({
  connection,
  namespace,
  dataConverter,
  outside,
  bundle,
  queue = taskQueue,
  limits = defaultLimits[queue],
  activities = createActivities(outside),
  deployment,
}: WorkerOptions): Promise<RunningWorker> {
  const build = deployment && buildIdOf(bundle);
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: queue,
    dataConverter,
    workflowBundle: bundle,
    activities,
    interceptors: { activity: [() => ({ inbound: activityInterceptor })] },
    maxCachedWorkflows: limits.cachedWorkflows,
    maxConcurrentActivityTaskExecutions: limits.activities,
    maxConcurrentWorkflowTaskExecutions: limits.workflowTasks,
    shutdownGraceTime: '30 seconds',
    shutdownForceTime: '45 seconds',
    ...(build && {
      workerDeploymentOptions: {
        useWorkerVersioning: true,
        version: { deploymentName: deployment, buildId: build },
        defaultVersioningBehavior: 'AUTO_UPGRADE',
      },
    }),
  });
  const maintenance = queue === taskQueue ? startMaintenance(outside) : undefined;
  const done = worker.run().finally(() => maintenance?.stop());
  // Whoever waits for `done` hears of a failure; before that it must not end the process by itself.
  done.catch(() => {});
  return {
    queue,
    done,
    identity: worker.options.identity,
    build,
    state: () => worker.getState(),
    async shutdown() {
      // Before the worker: it asks workflows, which nobody would answer.
      await maintenance?.stop();
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await done;
    },
  };
}
