import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { commandOf } from '../service/children.ts';
import { StartError } from '../service/startError.ts';

const apiKey = z.string().regex(/^dok_[\w-]{43}$/);
const secret = z.string().min(32);
/** Of people and systems. */
const keyNames = ['offboarding', 'olivia', 'lena', 'fiona', 'felix', 'theo', 'demo'] as const;

/** Made once and kept in `keys.json`, which only its owner can read. */
const Keys = z.object({
  /** One `keyId:base64` per line, the current one first. */
  codecKeys: z.string(),
  postgresPassword: secret,
  cstToken: secret,
  salesforceSecret: secret,
  apiKeys: z.record(z.enum(keyNames), apiKey),
});
export type Keys = z.infer<typeof Keys>;

const portNames = ['api', 'temporal', 'webUi', 'postgres', 'cst', 'salesforce', 'smtp', 'sftp', 'metrics'] as const;
export type Ports = Record<(typeof portNames)[number], number>;

/** Written for the programs that work on a running service, such as `npm run api-keys`. */
const KeptSettings = z.object({
  databaseUrl: z.string().optional(),
  ports: z.partialRecord(z.enum(portNames), z.number()).default({}),
});
export type KeptSettings = z.infer<typeof KeptSettings>;

export interface DataDir {
  path: string;
  keys: Keys;
  settings: KeptSettings;
  keepSettings(settings: KeptSettings): void;
  /** Lets another process use it. */
  release(): void;
}

/**
 * Opens the folder that holds all data of `npm start` for this process alone, and makes what is missing in it.
 * @throws StartError when it is not and cannot be made a folder, when another process uses it, or when a file in it is damaged
 */
export function openDataDir(folder: string): DataDir {
  const path = resolve(folder);
  makeFolder(path);
  const lock = join(path, 'running.pid');
  takeLock(lock, path);
  const settingsFile = join(path, 'settings.json');
  return {
    path,
    keys: readOr(join(path, 'keys.json'), Keys, makeKeys),
    settings: readOr(settingsFile, KeptSettings, () => ({ ports: {} })),
    keepSettings: (settings) => writePrivately(settingsFile, settings),
    release: () => rmSync(lock, { force: true }),
  };
}

/** One folder after the other: Node's own way never ends where the system refuses, as in /proc. */
function makeFolder(path: string): void {
  const missing: string[] = [];
  let existing = path;
  for (; !existsSync(existing); existing = dirname(existing)) missing.unshift(existing);
  if (!statSync(existing).isDirectory())
    throw new StartError(`DEALEROPS_DATA_DIR: ${existing} is a file: set it to a folder, or to one that can be made`);
  // PostgreSQL's account, as which root runs it, must get through to its own folder.
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
  try {
    for (const folder of missing) mkdirSync(folder, { mode });
  } catch (error) {
    throw new StartError(
      `DEALEROPS_DATA_DIR: ${path} cannot be made (${(error as NodeJS.ErrnoException).code}): set it to a folder that this user may write`,
    );
  }
}

function takeLock(lock: string, path: string): void {
  const pid = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : 0;
  if (pid > 0 && pid !== process.pid && commandOf(pid)?.includes('bin/start'))
    throw new StartError(
      `The service already runs on ${path} (process ${pid}): end that one, or set DEALEROPS_DATA_DIR`,
    );
  writeFileSync(lock, String(process.pid), { mode: 0o600 });
}

function readOr<Shape extends z.ZodType>(file: string, shape: Shape, make: () => z.input<Shape>): z.output<Shape> {
  if (!existsSync(file)) writePrivately(file, make());
  chmodSync(file, 0o600);
  try {
    return shape.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new StartError(
      `${file} is damaged, or of another build: restore it from a backup, start that build, or move ${resolve(file, '..')} away to start with no data`,
    );
  }
}

/** Whole or not at all, also when the disk is full or the process is killed. */
function writePrivately(file: string, content: unknown): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function makeKeys(): Keys {
  const random = () => randomBytes(32).toString('base64url');
  const key = () => `dok_${random()}`;
  return {
    codecKeys: `first:${randomBytes(32).toString('base64')}`,
    postgresPassword: random(),
    cstToken: random(),
    salesforceSecret: random(),
    apiKeys: Object.fromEntries(keyNames.map((name) => [name, key()])) as Keys['apiKeys'],
  };
}
