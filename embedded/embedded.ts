import { join } from 'node:path';
import { defaultInactiveStatuses } from '../domain/cancellations/gate.ts';
import { defaultOnboarding } from '../domain/feeds/settings.ts';
import { dealersToOnboard, dealersToTry, dealerWithLateTask } from '../sandbox/shared/dealers.ts';
import type { ApiSettings } from '../service/config.ts';
import { migrateService } from '../service/migration.ts';
import { openParts } from '../service/parts.ts';
import { runApi } from '../service/runApi.ts';
import { runWorker } from '../service/runWorker.ts';
import { ensureSearchAttributes } from '../service/searchAttributes.ts';
import { endLater, endWith, runService } from '../service/shutdown.ts';
import { firstLine } from '../service/startError.ts';
import { parseKeyring } from '../worker/keyring.ts';
import { freshConsole } from './console.ts';
import { type DataDir, openDataDir, type Ports } from './dataDir.ts';
import { choosePorts } from './embeddedPorts.ts';
import {
  type EmbeddedSandbox,
  type EmbeddedServer,
  embeddedDatabase,
  embeddedSandbox,
  embeddedTemporal,
  endLeftovers,
  portsElsewhere,
} from './embeddedServers.ts';
import { runExample } from './example.ts';
import { admitFirstKeys, firstLinks } from './firstKeys.ts';
import { firstSteps } from './firstSteps.ts';
import { ignoredSettings } from './ignoredSettings.ts';
import { startLiveFeeds } from './liveFeeds.ts';
import { endOfNpm } from './npm.ts';
import { workerLogLine } from './workerLog.ts';

const say = (line: string) => console.log(line);
/** Of the sandbox's, so that VinSolutions' part 1 can be seen both with its event service and with CST. */
const eventServiceDealers = ['D-1702'];
const fact = (name: string, value: string) => say(`  ${name.padEnd(25)} ${value}`);

/** Starts everything on this machine, runs one example through and stays up until Ctrl-C. */
export async function runEmbedded(): Promise<void> {
  endWith('npm', endOfNpm());
  await runService(start);
}

async function start(): Promise<void> {
  const dataDir = openDataDir(process.env.DEALEROPS_DATA_DIR || '.dealerops');
  let ready = false;
  // Closed last.
  endLater('The data folder', () => {
    dataDir.release();
    if (ready) say(`Stopped; the data is kept in ${dataDir.path}`);
  });
  await endLeftovers(dataDir);
  const ports = await choosePorts(dataDir.settings.ports, {
    apiPort: process.env.PORT,
    elsewhere: portsElsewhere(),
    say,
  });
  say(`Starting with the data in ${dataDir.path}`);
  for (const line of ignoredSettings(process.env)) say(line);
  const builtConsole = freshConsole(say).catch((error: Error) => {
    console.error(`The console could not be built, the API runs without it: ${firstLine(error)}`);
    return undefined;
  });

  const [database, temporal, sandbox] = await startServers(dataDir, ports);
  dataDir.keepSettings({ databaseUrl: database.use, ports });
  const settings = settingsOf(dataDir, ports, { databaseUrl: database.use, temporal: temporal.use, sandbox });
  const parts = await openParts(settings);
  endLater('The connections', () => parts.close());
  await admitFirstKeys(parts.database.db, dataDir.keys.apiKeys);
  await ensureSearchAttributes(parts.connection, temporal.use.namespace);

  const workers = await runWorker(settings, parts, {
    metrics: { host: '127.0.0.1', port: ports.metrics },
    log: (entry) => console.error(workerLogLine(entry)),
  });
  endLater('The workers', () => workers.shutdown());
  endWith('The workers', workers.ended);
  const consoleFolder = await builtConsole;
  const api = await runApi(settings, parts, {
    console: consoleFolder,
    logger: false,
    dataFolder: dataDir.path,
  });
  endLater('The API', () => api.close());

  say('');
  fact('Console', consoleFolder ? `${settings.publicUrl}/` : 'not built');
  fact('API', `${settings.publicUrl}/docs`);
  fact("Temporal's Web UI", webUiOf(settings));
  fact('Temporal', temporal.chosen);
  fact('PostgreSQL', database.chosen);
  fact('Worker metrics', `http://127.0.0.1:${ports.metrics}/metrics`);
  fact('CST (stand-in)', sandbox.cst.url);
  fact('Salesforce (stand-in)', sandbox.salesforce.url);
  fact('VinSolutions (stand-in)', sandbox.vinSolutions.url);
  fact('Fortellis (stand-in)', sandbox.fortellis.subscriptionsUrl);
  fact('Mail server (stand-in)', sandbox.smtp.url);
  fact('SFTP server (stand-in)', `sftp://${sandbox.sftp.host}:${sandbox.sftp.port}, files in ${sandbox.sftp.folder}`);
  say('');
  await printExample(settings, dataDir.keys.apiKeys.offboarding);
  say('');
  printKeys(dataDir);
  say('Dealers to try:');
  for (const [account, what] of dealersToTry) say(`  ${account}  ${what}`);
  say('Dealers to request feeds for:');
  for (const [account, what] of dealersToOnboard) say(`  ${account}  ${what}`);
  say('');
  const links = isTerminal ? await firstLinks(parts.database.db, dataDir.keys.apiKeys, settings.publicUrl!) : undefined;
  for (const line of firstSteps({ links, consoleUrl: consoleFolder && settings.publicUrl!, dataFolder: dataDir.path }))
    say(line);
  say('');
  const liveFeeds = startLiveFeeds({
    parts,
    sftp: sandbox.sftp,
    apiUrl: apiUrlOf(settings),
    key: dataDir.keys.apiKeys.demo,
  });
  endLater('The feeds that sync every minute', () => liveFeeds.stop());
  say('Ready. Ctrl-C stops everything.');
  ready = true;
}

/**
 * Each is noted as soon as it runs, so that it ends even when another one fails. PostgreSQL first: when its tables are another
 * build's, nothing else may touch the data.
 */
async function startServers(dataDir: DataDir, ports: Ports) {
  const noted = async <Use>(server: Promise<EmbeddedServer<Use>>): Promise<EmbeddedServer<Use>> => {
    const running = await server;
    const { chosen, process, stop } = running;
    endLater(process?.name ?? chosen, stop);
    if (process) endWith(process.name, process.ended, process.logFile);
    return running;
  };
  const database = await noted(embeddedDatabase(dataDir, ports));
  await migrateService(database.use, { instead: startAfresh(dataDir, database.folder) });
  const sandbox = embeddedSandbox(dataDir, ports).then((running) => {
    endLater('The sandbox', () => running.close());
    return running;
  });
  return Promise.all([database, noted(embeddedTemporal(dataDir, ports, say)), sandbox]);
}

function startAfresh({ path }: DataDir, databaseFolder?: string): string {
  if (!databaseFolder) return 'set DATABASE_URL to an empty database';
  const folders = databaseFolder.startsWith(path) ? path : `${path} and ${databaseFolder}`;
  return `move ${folders} away (or remove it) to start with no data`;
}

function settingsOf(
  { keys, path }: DataDir,
  ports: Ports,
  servers: {
    databaseUrl: string;
    temporal: ApiSettings['temporal'] & Pick<ApiSettings, 'webUi'>;
    sandbox: EmbeddedSandbox;
  },
): ApiSettings {
  const { databaseUrl, temporal, sandbox } = servers;
  return {
    cancellations: {
      inactiveStatuses: defaultInactiveStatuses,
      vinSolutionsDealers: eventServiceDealers,
      dataAfterEndGraceDays: 0,
      dueSoon: { accounts: [dealerWithLateTask], seconds: 20 },
    },
    feeds: {
      sftp: { hosts: [sandbox.sftp], secretsDir: sandbox.sftp.secretsDir },
      spoolDir: join(path, 'spool'),
      // The stand-in's files are whole when they are there.
      secondLookMs: 1_000,
      onboarding: { ...defaultOnboarding, proResponseEmail: 'proresponse@example.com' },
    },
    databaseUrl,
    temporal,
    keyring: parseKeyring(keys.codecKeys),
    connectors: {
      cst: sandbox.cst,
      salesforce: sandbox.salesforce,
      vinSolutionsEvents: sandbox.vinSolutions,
      fortellis: sandbox.fortellis,
    },
    mail: { url: sandbox.smtp.url, from: { name: 'Dealerops', address: 'dealerops@example.com' } },
    publicUrl: `http://localhost:${ports.api}`,
    webUi: temporal.webUi,
    logLevel: 'warn',
    sandbox: { url: sandbox.cst.url, token: sandbox.cst.token },
    host: '127.0.0.1',
    port: ports.api,
  };
}

/** Only a terminal gets secrets: others may read the file, or the log of a service manager, to which the output goes otherwise. */
const isTerminal = process.stdout.isTTY === true;

function printKeys({ keys: { apiKeys }, path }: DataDir): void {
  if (!isTerminal) {
    say(`API keys, to call the API and to sign in: in ${path}/keys.json (npm start prints them only in a terminal)`);
    say('');
    return;
  }
  say(`API keys, to call the API and to sign in again (kept in ${path}/keys.json):`);
  fact('Olivia, of ops', apiKeys.olivia);
  fact('Lena, team lead, admin', apiKeys.lena);
  fact('Fiona, of feeds', apiKeys.fiona);
  fact('Felix, feeds team lead', apiKeys.felix);
  fact('Theo, of T2 support', apiKeys.theo);
  fact('Offboarding system', apiKeys.offboarding);
  say('');
}

/** It has the console's login. */
function webUiOf({ webUi, publicUrl }: ApiSettings): string {
  if (!webUi && process.env.TEMPORAL_ADDRESS)
    return 'not set: WEB_UI_UPSTREAM, or WEB_UI_URL for links to one elsewhere';
  if (!webUi) return 'none: the program `temporal` on the PATH is too old for it; update it';
  return 'elsewhere' in webUi ? webUi.elsewhere : `${publicUrl}/temporal, after signing in to the console`;
}

const apiUrlOf = ({ port }: ApiSettings) => `http://127.0.0.1:${port}`;

async function printExample(settings: ApiSettings, key: string): Promise<void> {
  try {
    const { account, webUi } = await runExample(apiUrlOf(settings), key);
    say(`Example: the cancellation of dealer ${account} (Reynolds & Reynolds CRM) is complete:`);
    if (webUi) say(`  ${new URL(webUi, settings.publicUrl)}`);
  } catch (error) {
    console.error(`The example failed: ${(error as Error).message}`);
  }
}
