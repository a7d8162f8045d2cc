import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openBulkDatabase } from '../../db/bulk.ts';
import type { FeedFileState } from '../../domain/feeds/feeds.ts';
import type { FileImport, FileResult } from '../../domain/feeds/runs.ts';
import type { FeedFileOptions } from '../../sandbox/sftp/feedFile.ts';
import { listedFile } from '../../test/support/listedFile.ts';
import type { Figure } from '../measure.ts';
import { largestMemoryMiB, processorSeconds } from '../processes.ts';
import type { Servers } from '../servers.ts';
import { copyRate, insertFeed, makeFile } from './files.ts';

const warmUpRows = 5_000;

/**
 * Files of one feed, from the SFTP server to the commit, in the worker of production, against COPY of the same file: the first
 * one, and what the next day may bring.
 */
export async function imports(servers: Servers, rows: number): Promise<Figure[]> {
  const { client, sftp, postgres } = servers;
  const worker = (await servers.startFeedsWorker()).process.pid!;
  const postmaster = Number(readFileSync(join(postgres.folder, 'data/postmaster.pid'), 'utf8').split('\n')[0]);
  const used = () => processorSeconds(worker) + processorSeconds(postmaster);
  const database = openBulkDatabase(postgres.url);
  const of = (part: Partial<FeedFileOptions>): FeedFileOptions => ({
    rows,
    seed: 1,
    dms: 'ids',
    kind: 'sales',
    ...part,
  });

  async function importOne(importId: string, parts: FeedFileOptions[], expected: FeedFileState) {
    const path = `${importId}/IDS/${randomUUID()}_SL.csv`;
    const place = join(sftp.folder, path);
    mkdirSync(join(place, '..'), { recursive: true });
    await makeFile(place, parts);
    const many = parts.reduce((sum, part) => sum + part.rows, 0);
    const baseline = await copyRate(database, place, many);
    const before = used();
    const begun = performance.now();
    const file: FileImport = { importId, runId: randomUUID(), file: listedFile(place, path), isDry: false };
    const options = { workflowId: `bench-feeds/${randomUUID()}`, taskQueue: 'baseline', args: [file] };
    const { state, reason, counts }: FileResult = await client.workflow.execute('importFile', options);
    const ours = many / ((performance.now() - begun) / 1_000);
    const seconds = used() - before;
    if (state !== expected || (state === 'imported' && counts.read !== many))
      throw new Error(`The file of ${many} rows is ${state}: ${reason ?? JSON.stringify(counts)}`);
    rmSync(place);
    return { baseline, ours, seconds };
  }

  const figure = (
    name: string,
    { baseline, ours }: { baseline: number; ours: number },
    atLeastRatio: number,
  ): Figure => ({
    ...{ name, baseline, ours, unit: ' rows/s', target: { atLeastRatio } },
  });
  try {
    await importOne((await insertFeed(servers, 'warm-up')).id, [of({ rows: warmUpRows, seed: 2 })], 'imported');
    const feed = (await insertFeed(servers, 'measured')).id;
    const first = await importOne(feed, [of({})], 'imported');
    const half = Math.floor(rows / 2);
    const reordered = await importOne(feed, [of({ from: half, rows: rows - half }), of({ rows: half })], 'imported');
    const identical = await importOne(feed, [of({})], 'known');
    const changed = await importOne(feed, [of({ changed: 0.01, edition: 2 })], 'imported');
    return [
      figure(`feed of ${rows} rows, first import against COPY`, first, 0.12),
      {
        name: 'the same, processor time for 1 million rows, worker and PostgreSQL',
        ours: (first.seconds / rows) * 1_000_000,
        unit: ' s',
        target: { below: 25 },
      },
      figure('next day, 1% of the rows changed or new', changed, 1),
      figure('next day, the same rows in another order', reordered, 1.5),
      figure('the same file again', identical, 1.5),
      {
        name: "imports, worker's largest memory",
        ours: largestMemoryMiB(worker),
        unit: ' MiB',
        target: { below: 250 },
      },
    ];
  } finally {
    await database.close();
  }
}
