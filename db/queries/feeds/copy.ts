import { once } from 'node:events';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';

/** COPY in and out on a client of a transaction. After an error the client is to be closed. */

/** Smaller writes cost more. */
const writeBytes = 256 * 1024;

export interface CopyIn {
  /** Adds rows in COPY's text format; resolves when more may be added. */
  write(text: string): Promise<void>;
  /** @throws Error when PostgreSQL does not take the rows */
  end(): Promise<void>;
}

/** @param statement `copy … from stdin` */
export function copyIn(client: pg.PoolClient, statement: string): CopyIn {
  const stream = client.query(copyFrom(statement, { highWaterMark: 4 * writeBytes }));
  const failed = new Promise<never>((_, reject) => stream.once('error', reject));
  // Whoever writes next, or ends it, hears of it.
  failed.catch(() => {});
  let text = '';
  const flush = async () => {
    const bytes = Buffer.from(text);
    text = '';
    if (!stream.write(bytes)) await Promise.race([once(stream, 'drain'), failed]);
  };
  return {
    async write(rows) {
      text += rows;
      if (text.length >= writeBytes) await flush();
    },
    async end() {
      if (text !== '') await flush();
      const finished = once(stream, 'finish');
      stream.end();
      await Promise.race([finished, failed]);
    },
  };
}

/** In COPY's text format. */
export const absent = '\\N';

const special = /[\\\0\n\r\t]/;
const escapes: Record<string, string> = { '\\': '\\\\', '\0': '', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A value in COPY's text format; no text of PostgreSQL's has a NUL. */
export function copied(value: string | undefined): string {
  if (value === undefined) return absent;
  return special.test(value) ? value.replaceAll(/[\\\0\n\r\t]/g, (character) => escapes[character]!) : value;
}

const headerBytes = 19;

/**
 * The rows of a statement in COPY's binary format, each as its fields' bytes; null where a field is. They are valid until the next row.
 * @param query with its values in it
 */
export async function* copyOut(client: pg.PoolClient, query: string): AsyncGenerator<(Buffer | null)[]> {
  const stream = client.query(copyTo(`copy (${query}) to stdout (format binary)`));
  let rest: Buffer = Buffer.alloc(0);
  let begun = false;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let at = 0;
    if (!begun) {
      if (bytes.length < headerBytes) {
        rest = bytes;
        continue;
      }
      begun = true;
      at = headerBytes;
    }
    for (;;) {
      const row = rowAt(bytes, at);
      if (!row) break;
      at = row.next;
      if (row.fields) yield row.fields;
    }
    rest = bytes.subarray(at);
  }
}

/** @returns undefined while it is not complete; without fields at the end of the rows */
function rowAt(bytes: Buffer, from: number): { fields?: (Buffer | null)[]; next: number } | undefined {
  if (from + 2 > bytes.length) return;
  const count = bytes.readInt16BE(from);
  let at = from + 2;
  if (count < 0) return { next: at };
  const fields: (Buffer | null)[] = [];
  for (let n = 0; n < count; n++) {
    if (at + 4 > bytes.length) return;
    const length = bytes.readInt32BE(at);
    at += 4;
    if (at + length > bytes.length) return;
    fields.push(length < 0 ? null : bytes.subarray(at, at + length));
    if (length > 0) at += length;
  }
  return { fields, next: at };
}
