import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import {
  bundleWorkflowCode,
  type NativeConnection,
  Worker,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import type { Outside } from '../activities/context.ts';
import { createActivities } from '../activities/index.ts';
import { taskQueue } from '../domain/messages.ts';

export interface WorkerOptions {
  connection: NativeConnection;
  namespace: string;
  dataConverter: DataConverter;
  outside: Outside;
  bundle: WorkflowBundleWithSourceMap;
  /** Makes this worker one version of a deployment, whose build is the workflow bundle's hash; off on servers without deployments. */
  deployment?: string;
}

export interface RunningWorker {
  /** Ends when the worker does; rejects when it failed. */
  done: Promise<void>;
  /** Lets the activities that run come to their end, then stops. */
  shutdown(): Promise<void>;
}

/** Where `npm run build` leaves the workflow bundle. */
export const builtBundle = fileURLToPath(new URL('../dist/workflow-bundle.js', import.meta.url));

/** The workflow bundle: the built one where there is one and it is asked for, else made now. */
export async function workflowBundle({ prebuilt }: { prebuilt: boolean }): Promise<WorkflowBundleWithSourceMap> {
  if (prebuilt && existsSync(builtBundle))
    return { code: readFileSync(builtBundle, 'utf8') } as WorkflowBundleWithSourceMap;
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL(`../workflows/index.${extension}`, import.meta.url)),
  });
}

/** The build ID of a bundle: the same code is the same version. */
export function buildIdOf(bundle: { code: string }): string {
  return createHash('sha256').update(bundle.code).digest('hex').slice(0, 16);
}

/** Starts the worker of all workflows and activities. */
export async function startWorker({
  connection,
  namespace,
  dataConverter,
  outside,
  bundle,
  deployment,
}: WorkerOptions): Promise<RunningWorker> {
  const buildId = buildIdOf(bundle);
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue,
    dataConverter,
    workflowBundle: bundle,
    activities: createActivities(outside),
    // Waiting processes need no memory: what is evicted is read again when it is woken.
    maxCachedWorkflows: 500,
    maxConcurrentActivityTaskExecutions: 100,
    maxConcurrentWorkflowTaskExecutions: 40,
    shutdownGraceTime: '30 seconds',
    shutdownForceTime: '45 seconds',
    ...(deployment && {
      workerDeploymentOptions: {
        useWorkerVersioning: true,
        version: { deploymentName: deployment, buildId },
        defaultVersioningBehavior: 'AUTO_UPGRADE',
      },
    }),
  });
  const done = worker.run();
  // Whoever waits for `done` hears of a failure; before that it must not end the process by itself.
  done.catch(() => {});
  if (deployment) await makeCurrent(outside.temporal, namespace, deployment, buildId);
  return {
    done,
    async shutdown() {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await done;
    },
  };
}

/** New processes start on this version, and running ones go on with it (what changed in them is behind `patched`). */
async function makeCurrent(client: Client, namespace: string, deploymentName: string, buildId: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.workflowService.setWorkerDeploymentCurrentVersion({
        namespace,
        deploymentName,
        buildId,
        identity: 'dealerops',
      });
      return;
    } catch (error) {
      // The server learns of the version from the worker's first poll.
      if (attempt === 30) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}
