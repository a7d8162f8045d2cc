import { join } from 'node:path';
import { startSandbox } from '../sandbox/index.ts';
import { type ApiSettings, type Settings, temporalSettings, webUiSettings } from '../service/config.ts';
import { givenDatabaseUrl } from '../service/serviceDatabase.ts';
import type { DataDir, Ports } from './dataDir.ts';
import { endEarlierPostgres, startPostgres } from './postgres.ts';
import { endEarlierTemporal, startTemporal } from './temporal.ts';
import { findTemporal } from './temporalPrograms.ts';

/** A server that runs, whether we started it or not. */
export interface EmbeddedServer<Use> {
  use: Use;
  /** What was chosen and why, for people. */
  chosen: string;
  /** Given where we started a process: how it ended, and its log. */
  process?: { name: string; ended: Promise<string>; logFile: string };
  /** Given where we started a database: where its data is. */
  folder?: string;
  stop(): Promise<void>;
}

const notOurs = async () => {};
const postgresFolder = ({ path }: DataDir) => join(path, 'postgres');
const temporalFolder = ({ path }: DataDir) => join(path, 'temporal');

/** Of servers that are not started here. */
export function portsElsewhere(): (keyof Ports)[] {
  return [
    ...(process.env.DATABASE_URL ? (['postgres'] as const) : []),
    ...(process.env.TEMPORAL_ADDRESS ? (['temporal', 'webUi'] as const) : []),
  ];
}

/** Ends servers that an `npm start` left behind when it was killed: they hold their ports. */
export async function endLeftovers(dataDir: DataDir): Promise<void> {
  const elsewhere = portsElsewhere();
  if (!elsewhere.includes('postgres')) await endEarlierPostgres(postgresFolder(dataDir));
  if (!elsewhere.includes('temporal')) await endEarlierTemporal(temporalFolder(dataDir));
}

/** DATABASE_URL (or a reference to it) where it is given, else the embedded PostgreSQL. */
export async function embeddedDatabase(dataDir: DataDir, ports: Ports): Promise<EmbeddedServer<string>> {
  const given = givenDatabaseUrl();
  if (given) return { use: given, chosen: `${addressOf(given)} (DATABASE_URL)`, stop: notOurs };
  const postgres = await startPostgres({
    folder: postgresFolder(dataDir),
    port: ports.postgres,
    password: dataDir.keys.postgresPassword,
  });
  return {
    use: postgres.url,
    chosen: `${addressOf(postgres.url)} (embedded, data in ${postgres.folder})`,
    process: { name: 'PostgreSQL', ended: postgres.ended, logFile: join(postgres.folder, 'postgres.log') },
    folder: postgres.folder,
    stop: postgres.stop,
  };
}

function addressOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

type TemporalUse = Settings['temporal'] & Pick<ApiSettings, 'webUi'>;

/** The server at TEMPORAL_ADDRESS where it is given, else the development server. */
export async function embeddedTemporal(
  dataDir: DataDir,
  ports: Ports,
  onWait: (what: string) => void,
): Promise<EmbeddedServer<TemporalUse>> {
  const given = process.env.TEMPORAL_ADDRESS;
  if (given) {
    const use = { ...temporalSettings(), webUi: webUiSettings() };
    return { use, chosen: `${given} (TEMPORAL_ADDRESS), namespace ${use.namespace}`, stop: notOurs };
  }
  const program = await findTemporal({ onWait });
  const temporal = await startTemporal({
    program: program.path,
    folder: temporalFolder(dataDir),
    port: ports.temporal,
    uiPort: ports.webUi,
    keep: true,
  });
  const { address, webUiUrl, logFile, ended } = temporal;
  return {
    use: { connectionOptions: { address }, namespace: 'default', webUi: webUiUrl ? { upstream: webUiUrl } : undefined },
    chosen: `${address} (${program.chosen})`,
    process: { name: 'The Temporal server', ended, logFile },
    stop: temporal.stop,
  };
}

export type EmbeddedSandbox = Awaited<ReturnType<typeof embeddedSandbox>>;

/** The stand-ins of the outside systems. */
export function embeddedSandbox(dataDir: DataDir, ports: Ports) {
  return startSandbox({
    dataDir: join(dataDir.path, 'sandbox'),
    ports,
    secrets: { cstToken: dataDir.keys.cstToken, salesforceSecret: dataDir.keys.salesforceSecret },
  });
}
