import { createHash } from 'node:crypto';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';
import { parse } from 'csv-parse';
import { from as copyFrom } from 'pg-copy-streams';
import { type Database, openDatabase } from '../../db/client.ts';

/** Of the size at which COPY costs least. */
const writeBytes = 128 * 1024;
const heartbeatEveryRows = 2_000;

/** What an import does: it reads CSV, checks and maps each row, and streams it into a staging table. */
export function bulkActivities(databaseUrl: string) {
  // A COPY takes longer than the service's statements may.
  const database: Database = openDatabase(databaseUrl, { max: 8, unlimited: true });
  return {
    /** Loads rows until it has loaded so many, or is canceled; a retry continues after the row of the last heartbeat. */
    async loadRows(load: string, rows: number): Promise<number> {
      const checkpoint: number = activityInfo().heartbeatDetails ?? 0;
      const client = await database.pool.connect();
      let failure: Error | undefined;
      try {
        await client.query(
          'create unlogged table if not exists bench_staging (load text, line int, vin text, amount numeric, hash text)',
        );
        await pipeline(
          Readable.from(csv(checkpoint, rows)),
          parse({ columns: true, max_record_size: 10_000 }),
          mapped(load, checkpoint),
          client.query(copyFrom('copy bench_staging from stdin')),
          { signal: cancellationSignal() },
        );
      } catch (error) {
        failure = error as Error;
        throw error;
      } finally {
        client.release(failure);
      }
      return rows;
    },
  };
}

/** In chunks as they come from a network, each in a turn of the event loop of its own. */
async function* csv(from: number, to: number): AsyncGenerator<string> {
  yield 'SoldDate,VIN,Amount.Financed,Term,Monthly Payment,LastPayment,Note\n';
  let chunk = '';
  for (let row = from; row < to; row += 1) {
    chunk += `2026-11-${10 + (row % 19)},1M8GDM9AXKP${String(row % 1_000_000).padStart(6, '0')},"12,345.67",60,234.56,2031-11-01,"A quoted ""note"" of row ${row}"\n`;
    if (chunk.length > 64 * 1024) {
      yield chunk;
      chunk = '';
      await nextTurn();
    }
  }
  yield chunk;
}

interface Row {
  VIN: string;
  'Amount.Financed': string;
}

function mapped(load: string, from: number): Transform {
  let line = from;
  let text = '';
  return new Transform({
    writableObjectMode: true,
    transform(row: Row, _encoding, done) {
      line += 1;
      const hash = createHash('sha256').update(JSON.stringify(row)).digest('hex');
      text += `${load}\t${line}\t${row.VIN}\t${row['Amount.Financed'].replaceAll(',', '')}\t${hash}\n`;
      if (line % heartbeatEveryRows === 0) heartbeat(line);
      if (text.length < writeBytes) return done();
      const written = text;
      text = '';
      done(null, written);
    },
    flush: (done) => done(null, text),
  });
}
