import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { searchAttributeNames } from '../domain/shared/searchAttributes.ts';
import { type Child, endLeftOver, lastLines, startChild } from '../service/children.ts';
import { StartError } from '../service/startError.ts';

export interface TemporalOptions {
  /** The program `temporal`. */
  program: string;
  /** Holds the log and, with `keep`, the histories. */
  folder: string;
  port: number;
  /** The Web UI's; without it there is none. It has no login and changes workflows: only the API leads people to it. */
  uiPort?: number;
  /** Whether histories survive a restart. */
  keep: boolean;
  /** Server settings such as `frontend.keepAliveMaxConnectionAge`, as JSON values. */
  dynamicConfig?: Record<string, string>;
}

export interface RunningTemporal {
  /** `host:port` of its gRPC service; the namespace is `default`. */
  address: string;
  /** Without the path `/temporal`, at which it is. */
  webUiUrl?: string;
  logFile: string;
  /** Why it ended, such as `signal SIGKILL`. */
  ended: Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts Temporal's development server on 127.0.0.1 with our search attributes, and waits until it is healthy.
 * @throws StartError when it ends at once or is not healthy within 60 seconds
 */
export async function startTemporal(options: TemporalOptions): Promise<RunningTemporal> {
  const { folder, port, uiPort } = options;
  mkdirSync(folder, { recursive: true });
  // An earlier release left the histories in it readable by all.
  chmodSync(folder, 0o700);
  await endEarlierTemporal(folder);
  const pidFile = pidFileIn(folder);
  const logFile = join(folder, 'temporal.log');
  const uiFlags = uiPort ? uiFlagsOf(options.program) : undefined;
  const server = startChild({
    command: options.program,
    args: argumentsOf(options, uiFlags),
    logFile,
    stopSignal: 'SIGTERM',
    killSignal: 'SIGKILL',
    // Variables such as TEMPORAL_NAMESPACE would steer the program too.
    env: { PATH: process.env.PATH, HOME: process.env.HOME, TZ: 'UTC' },
  });
  writeFileSync(pidFile, String(server.pid), { mode: 0o600 });
  const address = `127.0.0.1:${port}`;
  try {
    await waitUntilHealthy(address, server, logFile);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    address,
    webUiUrl: uiFlags ? `http://127.0.0.1:${uiPort}` : undefined,
    logFile,
    ended: server.ended,
    async stop() {
      await server.stop();
      rmSync(pidFile, { force: true });
    },
  };
}

const pidFileIn = (folder: string) => join(folder, 'temporal.pid');

/** Ends a server that a killed process left behind on the data in this folder. @throws StartError when it does not end */
export async function endEarlierTemporal(folder: string): Promise<void> {
  const pidFile = pidFileIn(folder);
  if (existsSync(pidFile)) await endLeftOver(Number(readFileSync(pidFile, 'utf8')), 'start-dev', 'SIGTERM');
}

/** After three failures in a row Temporal notes a workflow as one with problems; older servers never do by themselves. */
const reportingProblems = { 'system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute': '3' };

function argumentsOf(options: TemporalOptions, uiFlags?: string[]): string[] {
  const { folder, port, uiPort, keep, dynamicConfig = {} } = options;
  const listen = ['--ip', '127.0.0.1', '--port', String(port), '--log-level', 'warn'];
  // Without a write-ahead log, SQLite's default, all takes twice as long.
  const pragmas = ['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=FULL'];
  const store = keep ? ['--db-filename', join(folder, 'temporal.db'), ...pragmas] : [];
  const ui = uiFlags ? ['--ui-port', String(uiPort), ...uiFlags] : ['--headless'];
  const attributes = searchAttributeNames.flatMap((name) => ['--search-attribute', `${name}=Keyword`]);
  const dynamic = Object.entries({ ...reportingProblems, ...dynamicConfig }).flatMap(([key, value]) => [
    '--dynamic-config-value',
    `${key}=${value}`,
  ]);
  return ['server', 'start-dev', ...listen, ...store, ...ui, ...attributes, ...dynamic];
}

/** Undefined where the program, an older one on the PATH, cannot serve its Web UI below the console's address. */
function uiFlagsOf(program: string): string[] | undefined {
  const help = execFileSync(program, ['server', 'start-dev', '--help'], { encoding: 'utf8' });
  if (!help.includes('--ui-public-path')) return undefined;
  return [
    '--ui-public-path',
    '/temporal',
    ...(help.includes('--ui-disable-news-fetch') ? ['--ui-disable-news-fetch'] : []),
  ];
}

async function waitUntilHealthy(address: string, server: Child, logFile: string): Promise<void> {
  let problem = '';
  for (const until = Date.now() + 60_000; Date.now() < until; await sleep(100)) {
    if (server.hasEnded())
      throw new StartError(`The Temporal server ended at once (${await server.ended}): ${lastLines(logFile)}`);
    try {
      const connection = await Connection.connect({ address, connectTimeout: '2s' });
      try {
        await connection.withDeadline(Date.now() + 2_000, () =>
          connection.workflowService.describeNamespace({ namespace: 'default' }),
        );
        return;
      } finally {
        await connection.close();
      }
    } catch (error) {
      problem = (error as Error).message;
    }
  }
  throw new StartError(`The Temporal server was not healthy within 60 seconds (${problem}); its log is ${logFile}`);
}
