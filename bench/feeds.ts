import { due } from './feeds/due.ts';
import { imports } from './feeds/imports.ts';
import { segments } from './feeds/segments.ts';
import type { Figure } from './measure.ts';
import type { Servers } from './servers.ts';

/**
 * So many feeds are due at once, files of so many rows become activities, and so many activities are searched.
 * @param accounts of dealers whose cancellations people work on meanwhile
 */
export async function feeds(
  servers: Servers,
  sizes: { due: number; rows: number; activities: number },
  accounts: string[],
): Promise<Figure[]> {
  return [
    ...(await due(servers, sizes.due, accounts)),
    ...(await imports(servers, sizes.rows)),
    ...(await segments(servers, sizes.activities)),
  ];
}
