import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { Database } from '../../db/client.ts';
import type { FeedImportRow } from '../../db/queries/feeds/runs.ts';
import { feedImports } from '../../db/schema/feeds.ts';
import { type FeedFileOptions, feedFile } from '../../sandbox/sftp/feedFile.ts';
import { percentile, rateOf } from '../measure.ts';
import type { Servers } from '../servers.ts';

const rounds = 3;

/** An active feed import of the sandbox's server, with a folder of its own. */
export async function insertFeed({ database: { db }, sftp }: Servers, account: string): Promise<FeedImportRow> {
  const id = randomUUID();
  const [row] = await db
    .insert(feedImports)
    .values({
      ...{ id, account, timeZone: 'America/Chicago', dms: 'ids', kind: 'sales', deleteFromServer: true },
      ...{ directory: `${id}/IDS/`, filename: '_SL\\.csv', regex: true, state: 'active' },
      ...{ host: sftp.host, port: sftp.port, hostKeys: [sftp.hostKey] },
      ...{ username: 'sandbox-username', password: 'sandbox-password' },
      ...{ localTime: '05:00', jitterMinutes: 0, maxRejectedShare: 0.2, createdBy: 'olivia' },
    })
    .returning();
  return row!;
}

/** Writes files such as ProResponse delivers into one, one after the other. */
export async function makeFile(path: string, parts: FeedFileOptions[]): Promise<void> {
  const chunks = function* () {
    for (const part of parts) yield* feedFile(part);
  };
  await pipeline(Readable.from(chunks(), { objectMode: true }), createWriteStream(path));
}

/** The baseline, like psql's `\copy`: rows a second of COPY into an unlogged table of texts, the median of the rounds. */
export async function copyRate({ pool }: Database, place: string, rows: number): Promise<number> {
  const client = await pool.connect();
  try {
    const rates: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const columns = Array.from({ length: await columnsOf(place) }, (_, at) => `column_${at + 1} text`);
      await client.query(`drop table if exists bench_copy; create unlogged table bench_copy (${columns.join(', ')})`);
      const copy = () =>
        pipeline(
          createReadStream(place, { highWaterMark: 256 * 1024 }),
          client.query(copyFrom('copy bench_copy from stdin (format csv, header)')),
        );
      rates.push(await rateOf(rows, copy));
    }
    await client.query('drop table bench_copy');
    return percentile(rates, 50);
  } finally {
    client.release();
  }
}

async function columnsOf(place: string): Promise<number> {
  for await (const chunk of createReadStream(place, { encoding: 'utf8', end: 4_096 }))
    return (chunk as string).split('\n')[0]!.split(',').length;
  throw new Error(`${place} is empty`);
}
