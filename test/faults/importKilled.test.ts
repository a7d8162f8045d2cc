import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { feedRejectedRows } from '../../db/schema/feeds.ts';
import type { FileResult } from '../../domain/feeds/runs.ts';
import { type FeedFileOptions, feedFile } from '../../sandbox/sftp/feedFile.ts';
import { parseKeyring } from '../../worker/keyring.ts';
import { tableState } from '../support/feedRows.ts';
import { feedOf } from '../support/feeds.ts';
import { randomOf } from '../support/random.ts';
import { startService, type TestService } from '../support/service.ts';
import { type OneFile, takeFile } from '../support/takeFile.ts';

/**
 * The process that imports a file is killed, or its disk is full. Each seed imports two files of one feed, and kills
 * the import of one of them once or twice; FAULT_SEEDS=100 for more. Together the seeds have moments in all parts of both imports,
 * from the first statement to the removal.
 */
const seeds = Number(process.env.FAULT_SEEDS ?? 10);

const rows = 4_000;
const days: FeedFileOptions[] = [0, 0.2].map((changed) => ({
  ...{ rows, seed: 15, dms: 'ids', kind: 'sales', customers: 1_000, badShare: 0.01, changed },
}));
const contents = days.map((day) => Buffer.concat([...feedFile(day)]));

let service: TestService;
const keyring = `faults:${randomBytes(32).toString('base64')}`;
beforeAll(async () => {
  service = await startService({ withoutWorker: true, keyring: parseKeyring(keyring) });
});
afterAll(() => service?.close());

/** A feed whose files are spooled in a folder of its own. */
async function ownFeed() {
  const feed = await feedOf(service);
  const spoolDir = join(service.outside.feeds.spoolDir!, feed.id);
  return { feed, context: { ...service.outside, feeds: { ...service.outside.feeds, spoolDir } } };
}
type OwnFeed = Awaited<ReturnType<typeof ownFeed>>;

/** Puts a file on the server. @returns it as a run has listed it */
function delivered({ feed }: OwnFeed, day: number): OneFile {
  const name = `day${day}_SL.csv`;
  feed.put(name, contents[day]!);
  return { importId: feed.id, runId: randomUUID(), file: feed.listed(name) };
}

const take = ({ context }: OwnFeed, of: OneFile) => takeFile(new MockActivityEnvironment(), context, of);

interface Ended {
  result?: FileResult;
  failure?: { type: string; nonRetryable: boolean; message: string };
  /** How many there were. */
  moments: number;
}

/** Takes the file in a process of its own. @returns undefined when it was killed */
async function takeElsewhere(
  { context }: OwnFeed,
  of: OneFile,
  { killAt, mostBytes }: { killAt?: number; mostBytes?: number },
): Promise<Ended | undefined> {
  const script = new URL('./importProcess.ts', import.meta.url).pathname;
  const tsx = createRequire(import.meta.url).resolve('tsx');
  // In blocks of 512 bytes.
  const limit = mostBytes ? `ulimit -f ${mostBytes / 512}; ` : '';
  const settings = { databaseUrl: service.database.url, keyring, feeds: context.feeds, of, killAt };
  const child = spawn('sh', ['-c', `${limit}exec "$@"`, 'sh', process.execPath, '--import', tsx, script], {
    env: { ...process.env, IMPORT: JSON.stringify(settings) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    child.once('close', (...how) => resolve(how)),
  );
  if (signal === 'SIGKILL') return undefined;
  expect([code, signal]).toEqual([0, null]);
  return JSON.parse(printed);
}

async function stateOf({ feed }: OwnFeed) {
  const { importId, line, column, code, state } = feedRejectedRows;
  const kept = await service.db
    .select({ line, column, code, state })
    .from(feedRejectedRows)
    .where(eq(importId, feed.id))
    .orderBy(line, code);
  return { ...(await tableState(service.database, feed.row.account)), kept };
}

describe('a process killed with SIGKILL while it imports a file', () => {
  const moments: number[] = [];
  let clean: Awaited<ReturnType<typeof stateOf>>;
  let results: FileResult[];
  beforeAll(async () => {
    const own = await ownFeed();
    const ended: Ended[] = [];
    for (const day of [0, 1]) ended.push((await takeElsewhere(own, delivered(own, day), {}))!);
    moments.push(...ended.map((one) => one.moments));
    results = ended.map(({ result }) => result!);
    clean = await stateOf(own);
    expect(results).toMatchObject([{ state: 'imported' }, { state: 'imported', counts: { read: rows } }]);
    const { superseded: _, ...counts } = results[1]!.counts;
    expect(Math.min(...Object.values(counts))).toBeGreaterThan(0);
  });

  it.concurrent.each(Array.from({ length: seeds }, (_, index) => index))(
    'of seed %i leaves what the next try completes: the tables are those of a clean run',
    async (seed) => {
      const random = randomOf(seed);
      const own = await ownFeed();
      const kills: string[] = [];
      let killed = 0;
      try {
        for (const day of [0, 1]) {
          const of = delivered(own, day);
          for (let left = day === seed % 2 ? 1 + Math.floor(random() * 2) : 0; left > 0; left -= 1) {
            // Each seed has a part of its day's import of its own.
            const part = (Math.floor(seed / 2) + random()) / Math.ceil(seeds / 2);
            const killAt = 1 + Math.floor(part * moments[day]!);
            kills.push(`day ${day} at ${killAt} of ${moments[day]}`);
            // A second try may have ended before that moment: it has less to do.
            if (!(await takeElsewhere(own, of, { killAt }))) killed += 1;
          }
          const { fileId: _, ...result } = await take(own, of);
          expect(result).toEqual({ ...results[day], fileId: undefined });
          expect(own.feed.left()).toEqual([]);
        }
        expect(killed).toBeGreaterThan(0);
        expect(await stateOf(own)).toEqual(clean);
        expect(await own.feed.files()).toMatchObject(
          [0, 1].map((day) => ({ state: 'imported', counts: results[day]!.counts, removalProblem: null })),
        );
        for (const { removedAt } of await own.feed.files()) expect(removedAt).not.toBeNull();
      } catch (error) {
        throw new Error(`seed ${seed}, killed on ${kills.join(', ')}: ${(error as Error).message}`, { cause: error });
      }
    },
  );
});

it('a disk that is full while a file is downloaded leaves nothing, and the next try imports it', async () => {
  const own = await ownFeed();
  const of = delivered(own, 0);
  const ended = await takeElsewhere(own, of, { mostBytes: 256 * 1024 });
  expect(ended?.failure).toMatchObject({ type: 'FeedDiskFull', nonRetryable: false });
  expect(readdirSync(own.context.feeds.spoolDir!)).toEqual([]);
  expect(await own.feed.files()).toEqual([]);
  expect(await stateOf(own)).toEqual({ activities: [], contacts: [], kept: [] });
  expect(await take(own, of)).toMatchObject({ state: 'imported', counts: { read: rows } });
});

it('a file whose removal fails after the commit is known the next day, and removed', async () => {
  const own = await ownFeed();
  const of = delivered(own, 0);
  service.sandbox.faults.sftp.refuseRemoval = true;
  await expect(take(own, of)).rejects.toThrow();
  service.sandbox.faults.sftp.refuseRemoval = false;
  expect(own.feed.left()).toEqual(['day0_SL.csv']);
  expect(await own.feed.files()).toMatchObject([
    { state: 'imported', removedAt: null, removalProblem: expect.any(String) },
  ]);
  const before = await stateOf(own);
  expect(await take(own, { ...of, runId: randomUUID() })).toMatchObject({ state: 'known', counts: { read: 0 } });
  expect(own.feed.has('day0_SL.csv')).toBe(false);
  expect(await stateOf(own)).toEqual(before);
  expect(await service.db.$count(feedRejectedRows, eq(feedRejectedRows.importId, own.feed.id))).toBe(
    before.kept.length,
  );
});
