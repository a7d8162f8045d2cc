import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBulkDatabase } from '../../db/bulk.ts';
import type { FeedFileOptions } from '../../sandbox/sftp/feedFile.ts';
import { type Figure, rateOf } from '../measure.ts';
import type { Servers } from '../servers.ts';
import { copyRate, makeFile } from './files.ts';

const script = fileURLToPath(new URL('../peers/dlt_load.py', import.meta.url));

/**
 * What other importers need for the file of a first import, each into one table of texts, without contacts or activities.
 * @param bin folder of `python` with dlt, and of `sling`
 */
export async function peers({ postgres }: Servers, rows: number, bin: string): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'dealerops-peers-'));
  const place = join(folder, 'first_SL.csv');
  const database = openBulkDatabase(postgres.url);
  const file: FeedFileOptions = { rows, seed: 1, dms: 'ids', kind: 'sales' };
  const sling = ['run', '--src-stream', `file://${place}`, '--tgt-conn', `${postgres.url}?sslmode=disable`];
  const commands = {
    dlt: [join(bin, 'python'), script, place, postgres.url],
    sling: [join(bin, 'sling'), ...sling, '--tgt-object', 'public.peer_sling', '--mode', 'full-refresh'],
  };
  try {
    await makeFile(place, [file]);
    const figures: Figure[] = [];
    for (const [name, command] of Object.entries(commands)) {
      const baseline = await copyRate(database, place, rows);
      const ours = await rateOf(rows, () => run(command, folder));
      figures.push({ name: `${name}, the same file against COPY`, baseline, ours, unit: ' rows/s' });
    }
    const [table] = (await database.pool.query('select count(*)::int as rows from peer_dlt.peer_dlt')).rows;
    const [other] = (await database.pool.query('select count(*)::int as rows from public.peer_sling')).rows;
    if (table.rows !== rows || other.rows !== rows) throw new Error(`dlt has ${table.rows}, sling ${other.rows} rows`);
    return figures;
  } finally {
    await database.close();
    rmSync(folder, { recursive: true });
  }
}

/** @param home where it keeps its state */
async function run([program, ...args]: string[], home: string): Promise<void> {
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    RUNTIME__DLTHUB_TELEMETRY: 'false',
    SLING_DISABLE_TELEMETRY: 'true',
  };
  const child = spawn(program!, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Error(`${program} has failed: ${said.slice(-2_000)}`);
}
