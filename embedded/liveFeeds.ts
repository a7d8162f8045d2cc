import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { and, eq, isNull } from 'drizzle-orm';
import { listFeedImports } from '../db/queries/feeds/imports.ts';
import type { FeedImportRow } from '../db/queries/feeds/runs.ts';
import { feedFiles, feedRuns } from '../db/schema/feeds.ts';
import { importSchedule } from '../domain/feeds/workflowStarts.ts';
import { NoSuchSchedule } from '../domain/shared/schedules.ts';
import { type FeedFileOptions, feedFile } from '../sandbox/sftp/feedFile.ts';
import type { SftpStandIn } from '../sandbox/sftp/sftp.ts';
import type { Parts } from '../service/parts.ts';
import { firstLine } from '../service/startError.ts';
import { callsOf } from './apiCalls.ts';

/**
 * Two feeds of the sandbox's dealers that deliver every minute, so that there is something to see. Their imports are daily, as all
 * are: here the stand-in of ProResponse delivers and triggers them.
 */
interface LiveFeed extends Pick<FeedFileOptions, 'dms' | 'kind' | 'seed'> {
  account: string;
}

/** @internal exported for tests */
export const liveFeeds: readonly LiveFeed[] = [
  { account: 'D-2101', dms: 'ids', kind: 'sales', seed: 2101 },
  { account: 'D-2102', dms: 'motility', kind: 'service', seed: 2102 },
];

interface Delivery {
  parts: Pick<Parts, 'database' | 'schedules'>;
  sftp: Pick<SftpStandIn, 'host' | 'port' | 'hostKey' | 'folder'>;
  apiUrl: string;
  /** Of the API: it sets the imports up. */
  key: string;
}

const everyMs = 60_000;
/** Of each file: half of them were in the file before. */
const rows = 16;
/** After so many files their rows come again, so that what is kept stays bounded. */
const filesOfCycle = 1_000;
/** So often some rows of a file cannot be read. */
const badEvery = 10;
const nameEnd = '_SL.csv';

/** Begins at once, beside the start of what else runs; `stop()` resolves when it has ended. */
export function startLiveFeeds(delivery: Delivery): { stop(): Promise<void> } {
  const over = new AbortController();
  const problems = new Set<string>();
  const tell = ({ account }: LiveFeed, error: unknown) => {
    const line = `The feed of ${account} delivers nothing now: ${firstLine(error)}`;
    if (!over.signal.aborted && !problems.has(line)) console.error(line);
    problems.add(line);
  };
  const done = (async () => {
    while (!over.signal.aborted) {
      for (const feed of liveFeeds) await deliver(feed, delivery).catch((error) => tell(feed, error));
      await sleep(everyMs, undefined, { signal: over.signal }).catch(() => {});
    }
  })();
  return {
    async stop() {
      over.abort();
      await done;
    },
  };
}

/** Delivers the next file, as soon as the one before was taken, and has it imported. */
async function deliver(feed: LiveFeed, { parts, ...at }: Delivery): Promise<void> {
  const { db } = parts.database;
  const { account, dms, kind } = feed;
  const find = async () => (await listFeedImports(db, { account, dms, kind, limit: 1 }))[0];
  const known = await find();
  if (!known || isElsewhere(known, at.sftp)) await setUp(feed, known, at);
  const row = await find();
  // Else a person has paused or ended it.
  if (row?.state !== 'active') return;
  const isRunning = await db.$count(feedRuns, and(eq(feedRuns.importId, row.id), isNull(feedRuns.endedAt)));
  if (isRunning) return;
  const folder = join(at.sftp.folder, row.directory);
  // The sandbox's reset removes it.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!readdirSync(folder).some((name) => name.endsWith(nameEnd))) {
    const before = await db.$count(feedFiles, eq(feedFiles.importId, row.id));
    put(folder, { ...liveFile(feed, before), lastDate: row.createdAt.toISOString().slice(0, 10) });
  }
  await parts.schedules.trigger(importSchedule(row.id)).catch((error) => {
    // It is made soon after its import, which the next minute's trigger finds.
    if (!(error instanceof NoSuchSchedule)) throw error;
  });
}

/** The stand-in's port is another one where something else has taken the last one's. */
function isElsewhere({ state, host, port }: FeedImportRow, sftp: Delivery['sftp']): boolean {
  return state !== 'ended' && (host !== sftp.host || port !== sftp.port);
}

/** Creates the import, or gives it the address of the stand-in. */
async function setUp(
  { account, dms, kind }: LiveFeed,
  known: FeedImportRow | undefined,
  { sftp, apiUrl, key }: Omit<Delivery, 'parts'>,
): Promise<void> {
  const call = callsOf(apiUrl, key, Date.now() + everyMs);
  const { host, port, hostKey } = sftp;
  const server = { host, port, hostKeys: [hostKey] };
  if (known) {
    await call(`/v1/feeds/imports/${known.id}`, { method: 'PATCH', body: { version: known.version, ...server } });
    return;
  }
  await call('/v1/feeds/imports', {
    method: 'POST',
    headers: { 'idempotency-key': randomUUID() },
    body: {
      ...{ account, dms, kind, deleteFromServer: true, directory: `${account.toLowerCase()}/${dms}/`, ...server },
      ...{ username: 'sandbox-username', password: 'sandbox-password' },
      // Nothing comes while `npm start` does not run, and some rows of a small file are soon a large share.
      ...{ silentAfterDays: 90, smallBelowShare: 0, maxRejectedShare: 0.5 },
    },
  });
}

/**
 * The file after so many others: some rows of the one before come again, some of them changed, and some are new.
 * @internal exported for tests
 */
export function liveFile({ account, ...feed }: LiveFeed, before: number): FeedFileOptions & { name: string } {
  return {
    ...{
      ...feed,
      rows,
      from: (before % filesOfCycle) * (rows / 2),
      customers: 1_000,
      edition: feed.seed * 10_000 + before,
    },
    ...{ changed: 0.5, badShare: before % badEvery === badEvery - 1 ? 0.1 : 0 },
    name: `${account}-${before + 1}${nameEnd}`,
  };
}

function put(folder: string, { name, ...options }: ReturnType<typeof liveFile>): void {
  const part = join(folder, 'next.part');
  writeFileSync(part, Buffer.concat([...feedFile(options)]), { mode: 0o600 });
  renameSync(part, join(folder, name));
}
