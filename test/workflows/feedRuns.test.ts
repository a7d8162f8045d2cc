import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { feedOf } from '../support/feeds.ts';
import { fileStandIns } from '../support/fileStandIns.ts';
import { keptSchedules } from '../support/keptSchedules.ts';
import { startService, type TestService } from '../support/service.ts';

const sales = (rows: number) => `SoldDate,VIN\n${'1/10/2030,1HGCM82633A004352\n'.repeat(rows)}`;

let service: TestService;
beforeAll(async () => {
  service = await startService({
    timeSkipping: true,
    bulkWorker: true,
    schedules: keptSchedules(),
    secondLookMs: 100,
    standIns: fileStandIns(() => service.sandbox.sftp.folder),
  });
});
beforeEach(() => service.sandbox.reset());
afterAll(() => service.close());

describe('a run', () => {
  it('imports what matches, removes it, and leaves the rest', async () => {
    const feed = await feedOf(service);
    feed.put('a_SL.csv', sales(2));
    feed.put('b_SL.csv.tmp', sales(1));
    expect(await feed.run()).toEqual({ outcome: 'imported' });
    expect(feed.left()).toEqual(['b_SL.csv.tmp']);
    expect(await feed.runs()).toMatchObject([{ outcome: 'imported', counts: { read: 2, inserted: 2 } }]);
  });
});
