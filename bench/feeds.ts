import { due } from './feeds/due.ts';
import { imports } from './feeds/imports.ts';
import { peers } from './feeds/peers.ts';
import { segments } from './feeds/segments.ts';
import type { Figure } from './measure.ts';
import type { Servers } from './servers.ts';

/**
 * So many feeds are due at once, files of so many rows become activities, and so many activities are searched.
 * @param peers a folder of other importers, whose figures are reported too
 * @param accounts of dealers whose cancellations people work on meanwhile
 */
export async function feeds(
  servers: Servers,
  { due: many, rows, activities, peers: bin }: { due: number; rows: number; activities: number; peers?: string },
  accounts: string[],
): Promise<Figure[]> {
  await servers.startBaselineWorker();
  return [
    ...(await due(servers, many, accounts)),
    ...(await imports(servers, rows)),
    ...(bin === undefined ? [] : await peers(servers, rows, bin)),
    ...(await segments(servers, activities)),
  ];
}
