import type { FeedDms, FeedKind } from '../../domain/feeds/feeds.ts';
import { encodingOf } from '../../domain/feeds/reading/encoding.ts';
import { openFeed } from '../../domain/feeds/reading/open.ts';
import type { RowReading } from '../../domain/feeds/reading/problems.ts';
import type { RawRecord } from '../../domain/feeds/reading/records.ts';

export async function* inChunks(bytes: Buffer, size = 1000): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Reads all of a feed file at once. */
export async function readFeed(
  file: string | Buffer,
  { dms = 'ids', kind = 'sales', size }: { dms?: FeedDms; kind?: FeedKind; size?: number } = {},
) {
  const bytes = Buffer.from(file as string);
  const encoding = await encodingOf(inChunks(bytes, size));
  const feed = await openFeed(inChunks(bytes, size), { dms, kind, encoding, fileDate: '2026-03-01' });
  const records: RawRecord[] = [];
  const readings: RowReading[] = [];
  for await (const batch of feed.records) {
    records.push(...batch);
    readings.push(...feed.mapping.read(batch));
  }
  return { ...feed, records, readings };
}

/** What became of each row: its key, or the code and column of its rejection. */
export function outcomes(readings: readonly RowReading[]): string[] {
  return readings.map(
    ({ row, rejection }) => row?.key ?? [rejection!.code, rejection!.column].filter(Boolean).join(' '),
  );
}
