import { describe, expect, test } from 'vitest';
import type { FeedDms, FeedKind } from '../../domain/feeds/feeds.ts';
import { encodingOf } from '../../domain/feeds/reading/encoding.ts';
import { identifyFeed, openFeed } from '../../domain/feeds/reading/open.ts';
import type { RowReading } from '../../domain/feeds/reading/problems.ts';
import type { RawRecord } from '../../domain/feeds/reading/records.ts';

async function* chunks(bytes: Buffer, size = 1000): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function readFeed(text: string | Buffer, options: { dms?: FeedDms; kind?: FeedKind; size?: number } = {}) {
  const { dms = 'ids', kind = 'sales', size } = options;
  const bytes = Buffer.from(text as string);
  const encoding = await encodingOf(chunks(bytes, size));
  const feed = await openFeed(chunks(bytes, size), { dms, kind, encoding, fileDate: '2026-03-01' });
  const records: RawRecord[] = [];
  const readings: RowReading[] = [];
  for await (const batch of feed.records) {
    records.push(...batch);
    readings.push(...feed.mapping.read(batch));
  }
  return { ...feed, records, readings };
}

const salesHeader =
  'CustomerFirst,CustomerLast,Email,Phone,StockNo,VIN,SoldDate,Amount.Financed,Term,Monthly Payment,LastPayment';

describe('a file of sales', () => {
  test('has a Sold Unit in each row', async () => {
    const { readings, header } = await readFeed(
      `${salesHeader}\nKim,Example,Kim@Example.com,202-555-0143,A1,1hgcm82633a004352,1/10/2026,"25,000.00",120,310.50,1/10/36\n`,
    );
    expect(header).toEqual(salesHeader.split(','));
    expect(readings).toEqual([
      {
        row: {
          key: 'vin:1HGCM82633A004352:2026-01-10',
          occurredOn: '2026-01-10',
          customer: {
            firstName: 'Kim',
            lastName: 'Example',
            email: 'kim@example.com',
            phone: '+12025550143',
            nameKey: 'example kim',
          },
          amountFinanced: '25000.00',
          term: 120,
          monthlyPayment: '310.50',
          finalPaymentOn: '2036-01-10',
          vin: '1HGCM82633A004352',
          stockNumber: 'A1',
        },
      },
    ]);
  });

  test('is known by its header', () => {
    expect(identifyFeed(Buffer.from(`${salesHeader}\n`), 'ids')).toEqual({
      is: 'sales',
      header: salesHeader.split(','),
    });
  });
});
