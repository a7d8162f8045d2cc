import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { liveFeeds, liveFile } from '../../embedded/liveFeeds.ts';
import { feedFile } from '../../sandbox/sftp/feedFile.ts';
import { sandboxDealers } from '../../sandbox/shared/dealers.ts';

const cycle = 1_000;
const [sales, service] = liveFeeds;

function rowsOf(feed: (typeof liveFeeds)[number], before: number): Record<string, string>[] {
  const text = Buffer.concat([...feedFile(liveFile(feed, before))]).toString();
  return parse(text, { columns: true, relax_column_count: true });
}

test('the feeds that deliver every minute are of dealers of the sandbox with this DMS', () => {
  for (const { account, dms } of liveFeeds)
    expect(sandboxDealers.find(({ id }) => id === account)?.integrations).toMatchObject([{ kind: 'dms', vendor: dms }]);
});

test('the sandbox’s page says whose daily feeds deliver every minute', () => {
  const page = readFileSync(new URL('../../console/src/pages/sandbox/SandboxPage.tsx', import.meta.url), 'utf8');
  const accounts = liveFeeds.map(({ account }) => account);
  expect(page.replace(/\s+/g, ' ')).toContain(`The feeds of ${accounts.join(' and ')} are daily; in their place`);
});

test.each([sales!, service!])('a file of $account has rows of the one before, some changed, and new ones', (feed) => {
  for (const before of [0, 7, 500]) {
    const [first, next] = [rowsOf(feed, before), rowsOf(feed, before + 1)];
    const units = first.map(({ VIN }) => VIN);
    const again = next.filter(({ VIN }) => units.includes(VIN));
    expect(again.length).toBeGreaterThan(2);
    expect(again.length).toBeLessThan(12);
    expect(again.filter((row) => !first.some((one) => JSON.stringify(one) === JSON.stringify(row)))).not.toEqual([]);
  }
});

test.each([sales!, service!])(
  'the rows of $account come again after a while, and no two files are the same',
  (feed) => {
    const filesFrom = (first: number, count: number) =>
      Array.from({ length: count }, (_, n) => rowsOf(feed, first + n));
    const [files, later] = [filesFrom(0, 50), filesFrom(cycle, 40)];
    expect(new Set([...files, ...later].map((rows) => JSON.stringify(rows))).size).toBe(90);
    // Eight new ones in each of fifty files, and those of the last one to which a change may lead.
    expect(new Set([...files, ...later].flat().map(({ VIN }) => VIN)).size).toBeLessThanOrEqual(50 * 8 + 32);
  },
);

test.each([sales!, service!])(
  'some files of $account have rows that cannot be read, and never so many that the file is rejected',
  (feed) => {
    const shares = Array.from({ length: cycle }, (_, before) => {
      const making = feedFile(liveFile(feed, before));
      for (;;) {
        const { done, value } = making.next();
        if (done) return value.bad / value.rows;
      }
    });
    expect(Math.max(...shares)).toBeLessThan(0.5);
    const bad = shares.filter((share) => share > 0).length;
    expect(bad).toBeGreaterThan(shares.length / 20);
    expect(bad).toBeLessThan(shares.length / 10);
  },
);
