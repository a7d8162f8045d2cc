import { isIP } from 'node:net';
import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import { z } from 'zod';
import type { ConnectorSettings } from '../activities/connectors/index.ts';
import { type Mailbox, parseMailbox } from '../activities/connectors/mailAddress.ts';
import type { CancellationSettings } from '../domain/cancellations/settings.ts';
import type { FeedSettings } from '../domain/feeds/settings.ts';
import { type TaskQueue, taskQueues } from '../domain/shared/taskQueues.ts';
import { type Keyring, parseKeyring } from '../worker/keyring.ts';
import { defaultLimits, type QueueLimits } from '../worker/limits.ts';
import { cancellationSettings, cancellationVariables, cancellationVariablesTogether } from './config/cancellations.ts';
import { connectorSettings, connectorVariables, connectorVariablesTogether } from './config/connectors.ts';
import { feedSettings, feedVariables, feedVariablesTogether } from './config/feeds.ts';
import { addressOrSecret, count, type Environment, nonEmpty, port, secret, webAddress } from './config/values.ts';
import { type WebUi, webUiOf, webUiVariables } from './config/webUi.ts';
import { valueOrSecret } from './secrets.ts';
import { firstLine, StartError } from './startError.ts';

/** What the API and the worker both need. */
export interface Settings {
  databaseUrl: string;
  temporal: { connectionOptions: ClientConnectConfig['connectionOptions']; namespace: string };
  keyring: Keyring;
  /** Of the outside systems that are configured; without CST the service's own registry knows the dealers. */
  connectors: ConnectorSettings;
  cancellations: CancellationSettings;
  feeds: FeedSettings;
  mail: { url: string; from: Mailbox };
  /** Where people reach the API and its console, for the links in mails; with https, cookies are for https only. */
  publicUrl?: string;
  /** Of the worker. */
  logLevel: string;
}

export interface ApiSettings extends Settings {
  host: string;
  port: number;
  /** Addresses or networks of the reverse proxies whose X-Forwarded-For is believed; nobody's when absent. */
  trustProxy?: string[];
  /** The control port of the stand-ins, where `npm start` uses them. */
  sandbox?: { url: string; token: string };
  webUi?: WebUi;
}

export interface WorkerSettings extends Settings {
  /** Port of its health check, on `host`. */
  host: string;
  healthPort: number;
  /** Port of its Prometheus metrics, on `host`. */
  metricsPort: number;
  /** Name of the worker deployment; workers are not versioned without it. */
  deployment?: string;
  /** Which this process works for. */
  queues: TaskQueue[];
  limits: Record<TaskQueue, QueueLimits>;
}

const proxies = z
  .string()
  .transform((text) => text.split(',').map((one) => one.trim()))
  .refine(
    (all) => all.every(isNetwork),
    'must be addresses or networks of reverse proxies with commas between them, such as 10.0.0.5, 10.0.1.0/28',
  );

/** An IP address, or a network such as 10.0.1.0/28. */
function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  const width = bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (version === 6 ? 128 : 32));
  return version !== 0 && width && rest.length === 0;
}

const queues = z
  .string()
  .transform((text, context): TaskQueue[] => {
    const named = text.split(',').map((one) => one.trim());
    if (named.some((one) => !(taskQueues as readonly string[]).includes(one)) || new Set(named).size < named.length) {
      context.addIssue({ code: 'custom', message: `must be ${taskQueues.join(' or ')}, or both with a comma between` });
      return z.NEVER;
    }
    return named as TaskQueue[];
  })
  .default([...taskQueues]);

/** Temporal needs room for two workflow tasks. */
const limit = {
  activities: count(1, 1_000),
  workflowTasks: count(2, 1_000),
  cachedWorkflows: count(0, 100_000),
};

const deploymentName = z.string('is not set').regex(/^[\w-]{1,64}$/, 'must be letters, digits, _ or -');

const mailFrom = z.string('is not set').transform((text, context): Mailbox => {
  try {
    return parseMailbox(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

const shape = (environment: Environment) => ({
  DATABASE_URL: addressOrSecret(environment, /^postgres(ql)?:$/, 'postgres://user@host:5432/dealerops'),
  DEALEROPS_CODEC_KEYS: secret(environment).transform((text, context): Keyring => {
    try {
      return parseKeyring(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
      return z.NEVER;
    }
  }),
  ...connectorVariables(environment),
  ...cancellationVariables,
  ...feedVariables,
  SMTP_URL: addressOrSecret(environment, /^smtps?:$/, 'smtp://mail.example.com:587'),
  MAIL_FROM: mailFrom,
  PUBLIC_URL: webAddress.optional(),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error'], 'must be trace, debug, info, warn or error')
    .default('info'),
  HOST: nonEmpty.default('127.0.0.1'),
});

/** Of each connector, and of the feeds, all settings are given, or none. */
const together = [
  ...Object.values({ ...connectorVariablesTogether, ...cancellationVariablesTogether }),
  feedVariablesTogether,
];

/**
 * The API's settings, from the environment only.
 * @throws StartError with one line per setting that is wrong, never with a secret
 */
export function apiSettings(environment: Environment = process.env): ApiSettings {
  const values = parse(environment, {
    PORT: port.default(8080),
    TRUST_PROXY: proxies.optional(),
    ...webUiVariables,
  });
  return {
    ...common(values, environment),
    host: values.HOST,
    port: values.PORT,
    trustProxy: values.TRUST_PROXY,
    webUi: webUiOf(values),
  };
}

/** Temporal's Web UI for `npm start` with a Temporal elsewhere. @throws StartError like the others */
export function webUiSettings(environment: Environment = process.env): WebUi | undefined {
  return webUiOf(parseWith(z.object(webUiVariables), environment));
}

/**
 * The worker's settings, from the environment only.
 * @throws StartError with one line per setting that is wrong, never with a secret
 */
export function workerSettings(environment: Environment = process.env): WorkerSettings {
  const values = parse(environment, {
    HEALTH_PORT: port.default(8081),
    METRICS_PORT: port.default(9464),
    WORKER_DEPLOYMENT: deploymentName.optional(),
    WORKER_QUEUES: queues,
    WORKER_ACTIVITIES: limit.activities.default(defaultLimits.dealerops.activities),
    WORKER_WORKFLOW_TASKS: limit.workflowTasks.default(defaultLimits.dealerops.workflowTasks),
    WORKER_CACHED_WORKFLOWS: limit.cachedWorkflows.default(defaultLimits.dealerops.cachedWorkflows),
    BULK_WORKER_ACTIVITIES: limit.activities.default(defaultLimits['dealerops-bulk'].activities),
    BULK_WORKER_WORKFLOW_TASKS: limit.workflowTasks.default(defaultLimits['dealerops-bulk'].workflowTasks),
    BULK_WORKER_CACHED_WORKFLOWS: limit.cachedWorkflows.default(defaultLimits['dealerops-bulk'].cachedWorkflows),
  });
  return {
    ...common(values, environment),
    queues: values.WORKER_QUEUES,
    limits: {
      dealerops: {
        activities: values.WORKER_ACTIVITIES,
        workflowTasks: values.WORKER_WORKFLOW_TASKS,
        cachedWorkflows: values.WORKER_CACHED_WORKFLOWS,
      },
      'dealerops-bulk': {
        activities: values.BULK_WORKER_ACTIVITIES,
        workflowTasks: values.BULK_WORKER_WORKFLOW_TASKS,
        cachedWorkflows: values.BULK_WORKER_CACHED_WORKFLOWS,
      },
    },
    host: values.HOST,
    healthPort: values.HEALTH_PORT,
    metricsPort: values.METRICS_PORT,
    deployment: values.WORKER_DEPLOYMENT,
  };
}

/** What `npm run replay-open-histories` needs. @throws StartError like the others */
export function replaySettings(environment: Environment = process.env): Pick<Settings, 'temporal' | 'keyring'> {
  const { DEALEROPS_CODEC_KEYS } = shape(environment);
  const values = parseWith(z.object({ DEALEROPS_CODEC_KEYS }), environment);
  return { temporal: temporalSettings(environment), keyring: values.DEALEROPS_CODEC_KEYS };
}

/** What `npm run make-current` needs. @throws StartError like the others */
export function deploymentSettings(
  environment: Environment = process.env,
): Pick<Settings, 'temporal' | 'keyring'> & { deployment: string } {
  const { WORKER_DEPLOYMENT } = parseWith(z.object({ WORKER_DEPLOYMENT: deploymentName }), environment);
  return { ...replaySettings(environment), deployment: WORKER_DEPLOYMENT };
}

/** What `npm run migrate` needs. @throws StartError like the others */
export function migrationSettings(environment: Environment = process.env): Pick<Settings, 'databaseUrl' | 'temporal'> {
  const { DATABASE_URL } = parseWith(z.object({ DATABASE_URL: shape(environment).DATABASE_URL }), environment);
  return { databaseUrl: DATABASE_URL, temporal: temporalSettings(environment) };
}

/**
 * Address, namespace, TLS and API key as `@temporalio/envconfig` reads them; the key may be a reference besides.
 * @throws StartError
 */
export function temporalSettings(environment: Environment = process.env): Settings['temporal'] {
  try {
    const overrideEnvVars = Object.fromEntries(given(environment));
    const key = overrideEnvVars.TEMPORAL_API_KEY;
    if (key) overrideEnvVars.TEMPORAL_API_KEY = valueOrSecret(key, environment);
    const { connectionOptions, namespace = 'default' } = loadClientConnectConfig({ overrideEnvVars });
    return { connectionOptions, namespace };
  } catch (error) {
    throw new StartError(`TEMPORAL_*: ${firstLine(error)}`);
  }
}

/** An empty variable is one that is not set: compose files and CI write it so. */
function given(environment: Environment): [string, string][] {
  return Object.entries(environment).filter((entry): entry is [string, string] => !!entry[1]);
}

function parse<Extra extends z.ZodRawShape>(environment: Environment, extra: Extra) {
  return parseWith(z.object({ ...shape(environment), ...extra }), environment);
}

function parseWith<Schema extends z.ZodType>(schema: Schema, environment: Environment): z.output<Schema> {
  const set = Object.fromEntries(given(environment));
  const result = schema.safeParse(set);
  const problems = result.success
    ? []
    : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  for (const names of together) {
    const missing = names.filter((name) => set[name] === undefined);
    if (missing.length > 0 && missing.length < names.length)
      problems.push(`${missing.join(', ')}: must be set too, as ${names.find((name) => set[name])} is`);
  }
  if (problems.length > 0 || !result.success) throw new StartError(problems.join('\n'));
  return result.data;
}

type Values = z.output<z.ZodObject<ReturnType<typeof shape>>>;

function common(values: Values, environment: Environment): Settings {
  return {
    databaseUrl: values.DATABASE_URL,
    temporal: temporalSettings(environment),
    keyring: values.DEALEROPS_CODEC_KEYS,
    connectors: connectorSettings(values),
    cancellations: cancellationSettings(values),
    feeds: feedSettings(values),
    mail: { url: values.SMTP_URL, from: values.MAIL_FROM },
    publicUrl: values.PUBLIC_URL,
    logLevel: values.LOG_LEVEL,
  };
}
