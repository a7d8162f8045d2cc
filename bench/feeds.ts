import { imports } from './feeds/imports.ts';
import { segments } from './feeds/segments.ts';
import type { Figure } from './measure.ts';
import type { Servers } from './servers.ts';

/** Files of so many rows become activities, and so many activities are searched. */
export async function feeds(servers: Servers, sizes: { rows: number; activities: number }): Promise<Figure[]> {
  return [...(await imports(servers, sizes.rows)), ...(await segments(servers, sizes.activities))];
}
