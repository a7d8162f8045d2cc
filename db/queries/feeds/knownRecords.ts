import type pg from 'pg';
import { copyOut } from './copy.ts';
import type { FeedScope } from './scope.ts';

/**
 * The records that were imported before, by their hashes: a record that is known is not read again. Beside each is the last line of
 * the file in which it was seen. Hashes are 16 bytes, as evenly distributed as random ones.
 */

const hashBytes = 16;
/** Of hashes, as they arrive. */
const chunkHashes = 1 << 16;
/** With more it would take too much memory, and PostgreSQL compares the rows instead. */
const mostRecords = 4_000_000;

export class KnownRecords {
  /** How many there are. */
  readonly size: number;
  readonly #chunks: Int32Array[];
  /** The record at a place of its hash, counted from 1. */
  readonly #slots: Int32Array;
  readonly #mask: number;
  /** 0 while it was not seen. */
  readonly #lastLines: Int32Array;

  /** @param hashes one after the other, in chunks of `chunkHashes` */
  constructor(chunks: Int32Array[], size: number) {
    this.size = size;
    this.#chunks = chunks;
    this.#lastLines = new Int32Array(size);
    let slots = 16;
    while (slots < size * 1.4) slots *= 2;
    this.#slots = new Int32Array(slots);
    this.#mask = slots - 1;
    for (let record = 0; record < size; record++) {
      const words = chunks[record >> 16]!;
      const at = (record & 0xffff) << 2;
      let slot = words[at]! & this.#mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask;
      this.#slots[slot] = record + 1;
    }
  }

  /** @returns which one it is; -1 when it is not known */
  find(hash: Buffer): number {
    const first = hash.readInt32LE(0);
    for (let slot = first & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const record = this.#slots[slot]! - 1;
      if (record < 0) return -1;
      const words = this.#chunks[record >> 16]!;
      const at = (record & 0xffff) << 2;
      if (
        words[at] === first &&
        words[at + 1] === hash.readInt32LE(4) &&
        words[at + 2] === hash.readInt32LE(8) &&
        words[at + 3] === hash.readInt32LE(12)
      )
        return record;
    }
  }

  /** The hashes of those that were seen, with the last line of each. */
  *seen(): Generator<{ hash: Buffer; line: number }> {
    for (let record = 0; record < this.size; record++) {
      const line = this.#lastLines[record]!;
      if (line === 0) continue;
      const hash = Buffer.allocUnsafe(hashBytes);
      for (let word = 0; word < 4; word++)
        hash.writeInt32LE(this.#chunks[record >> 16]![((record & 0xffff) << 2) + word]!, 4 * word);
      yield { hash, line };
    }
  }

  /** @returns whether it was seen for the first time */
  see(record: number, line: number): boolean {
    const isFirst = this.#lastLines[record] === 0;
    this.#lastLines[record] = line;
    return isFirst;
  }

  /** The last line in which it was seen; 0 when it was not. */
  lastLine(record: number): number {
    return this.#lastLines[record]!;
  }
}

/** The records of the activities that a feed import may write: those of its dealer, DMS and type. */
export function recordsOfActivities(client: pg.PoolClient, scope: FeedScope): Promise<KnownRecords> {
  const [account, dms, type] = [scope.account, scope.dms, scope.type].map((value) => client.escapeLiteral(value));
  // Many in one message: each message costs as much as hundreds of hashes.
  return recordsOf(
    client,
    `select string_agg(record_hash, ''::bytea) from activities
     where account = ${account} and dms = ${dms} and type = ${type} group by id >> 12`,
  );
}

/** The rejected records of an import: those that wait for a person, or those that one has corrected. */
export function rejectedRecords(
  client: pg.PoolClient,
  { importId }: FeedScope,
  state: 'open' | 'corrected',
): Promise<KnownRecords> {
  const corrected = `state = 'corrected' and correction is not null`;
  return recordsOf(
    client,
    `select string_agg(record_hash, ''::bytea) from feed_rejected_rows
     where import_id = ${client.escapeLiteral(importId)} and ${state === 'open' ? `state = 'open'` : corrected}
     having count(*) > 0`,
  );
}

async function recordsOf(client: pg.PoolClient, query: string): Promise<KnownRecords> {
  const chunks: Int32Array[] = [];
  let size = 0;
  for await (const [hashes] of copyOut(client, query)) {
    // The rest must be read too, since the client does nothing else before.
    if (size <= mostRecords) size = append(chunks, size, hashes!);
  }
  return size <= mostRecords ? new KnownRecords(chunks, size) : new KnownRecords([], 0);
}

function append(chunks: Int32Array[], size: number, hashes: Buffer): number {
  let to = size;
  for (let at = 0; at < hashes.length; at += hashBytes, to++) {
    if ((to & (chunkHashes - 1)) === 0) chunks.push(new Int32Array(chunkHashes * 4));
    const words = chunks[to >> 16]!;
    const place = (to & (chunkHashes - 1)) << 2;
    for (let word = 0; word < 4; word++) words[place + word] = hashes.readInt32LE(at + 4 * word);
  }
  return to;
}
