import { Writable } from 'node:stream';
import { MockActivityEnvironment } from '@temporalio/testing';
import pg from 'pg';
import type { FeedContext } from '../../activities/feeds/context.ts';
import { SpoolFile } from '../../activities/feeds/spool.ts';
import { openBulkDatabase } from '../../db/bulk.ts';
import { openDatabase } from '../../db/client.ts';
import { parseKeyring } from '../../worker/keyring.ts';
import { recordCipher } from '../../worker/recordCipher.ts';
import { takeFile } from '../support/takeFile.ts';

/** The activities of one file of a feed in a process of its own, which kills itself at one of the moments that it counts. */
const { databaseUrl, keyring, feeds, of, killAt } = JSON.parse(process.env.IMPORT!);

let moments = 0;
function moment(): void {
  moments += 1;
  if (moments === killAt) process.kill(process.pid, 'SIGKILL');
}

// Before a statement, when it is sent, and when its answer is there.
const { query } = pg.Client.prototype;
type Query = (...given: unknown[]) => unknown;
pg.Client.prototype.query = function (this: pg.Client, ...given: unknown[]) {
  moment();
  const last = given.at(-1);
  const counted = typeof last === 'function' ? given.with(-1, counting(last as Query)) : given;
  const result = (query as Query).apply(this, counted);
  moment();
  if (result instanceof Writable) countWrites(result);
  return result instanceof Promise ? result.finally(moment) : result;
} as typeof query;
/** Of a COPY. */
function countWrites(stream: Writable): void {
  const { write } = stream;
  stream.write = (...chunk: unknown[]) => {
    moment();
    return (write as (...given: unknown[]) => boolean).apply(stream, chunk);
  };
}
const counting =
  (answered: Query): Query =>
  (...answer) => {
    moment();
    return answered(...answer);
  };

const { write } = SpoolFile.prototype;
SpoolFile.prototype.write = async function (chunk) {
  moment();
  await write.call(this, chunk);
  moment();
};

const database = openDatabase(databaseUrl);
const bulkDatabase = openBulkDatabase(databaseUrl);
const context = { database, bulkDatabase, feeds, cipher: recordCipher(parseKeyring(keyring)) } as FeedContext;
const ended = await takeFile(new MockActivityEnvironment(), context, of).then(
  (result) => ({ result }),
  ({ type, nonRetryable, message }) => ({ failure: { type, nonRetryable, message } }),
);
process.stdout.write(JSON.stringify({ ...ended, moments }));
await Promise.all([database.close(), bulkDatabase.close()]);
