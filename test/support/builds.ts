import { type TaskQueue, taskQueues } from '../../domain/shared/taskQueues.ts';
import { buildIdOf } from '../../worker/buildId.ts';
import { makeCurrent } from '../../worker/deployment.ts';
import { type RunningWorker, startWorker } from '../../worker/worker.ts';
import { type TestService, testBundle } from './service.ts';

export const deployment = 'dealerops';

/** A build of its own; its code is the same but for a comment. */
export async function bundleOfBuild(build: string): Promise<Awaited<ReturnType<typeof testBundle>>> {
  const { code } = await testBundle();
  // Before the code: its source map must stay at its end.
  return { code: `// ${build}\n${code}` } as Awaited<ReturnType<typeof testBundle>>;
}

/** Workers of several builds, on a service that is started without a worker. */
export function buildsOf(service: TestService) {
  const running: RunningWorker[] = [];
  const shutDown = (workers: RunningWorker[]) => Promise.all(workers.map((worker) => worker.shutdown()));

  async function workersOf(build: string, queues: readonly TaskQueue[] = taskQueues) {
    const bundle = await bundleOfBuild(build);
    const { namespace, dataConverter, outside, native: connection } = service;
    const start = { connection, namespace, dataConverter, outside, bundle, deployment };
    const workers = await Promise.all(queues.map((queue) => startWorker({ ...start, queue })));
    running.push(...workers);
    return { buildId: buildIdOf(bundle), shutdown: () => shutDown(workers) };
  }

  return {
    workersOf,
    /** Starts workers of a build while make-current waits for their first polls: later ones come only once a minute. */
    async currentWorkersOf(build: string) {
      const buildId = buildIdOf(await bundleOfBuild(build));
      const current = makeCurrent(service.client, { deployment, buildId }, 90_000);
      const [workers] = await Promise.all([workersOf(build), current]);
      return workers;
    },
    shutdown: () => shutDown(running),
  };
}
