import type { ActivityType, RowCustomer } from '../../domain/feeds/feeds.ts';
import { importTestFile, type TestRow } from './feedRows.ts';
import type { TestService } from './service.ts';

const importId = '00000000-0000-4000-8000-000000000001';

export const kim = {
  ...{ number: 'C1', email: 'kim@example.com', phone: '+15125550100' },
  ...{ firstName: 'Kim', lastName: 'Example', nameKey: 'example kim' },
} satisfies RowCustomer;
export const pat = {
  ...{ number: 'C2', email: 'pat@example.com', firstName: 'Pat', lastName: 'Sample', nameKey: 'pat sample' },
} satisfies RowCustomer;

/** Imports a file of a dealer's rows of IDS. */
export async function importActivities(
  { outside }: TestService,
  rows: TestRow[],
  { account = 'D-1001', type = 'sold_unit' }: { account?: string; type?: ActivityType } = {},
) {
  return importTestFile(outside.bulkDatabase, { importId, account, dms: 'ids', type }, rows);
}
