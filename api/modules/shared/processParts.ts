import type { z } from 'zod';
import type { DealerTable } from '../../../db/queries/dealers.ts';
import type { Process } from '../../../domain/shared/processes.ts';
import type { ApiOptions } from '../../server/options.ts';

/** What a process shows of itself on the pages of all processes. */
export interface ProcessPart {
  /** Its tables that name dealers. */
  dealers: readonly DealerTable[];
  /** Its counts on the overview; `read` is made once, so that it may keep something between calls. */
  overview: { schema: z.ZodType; reader: (options: ApiOptions) => () => Promise<unknown> };
}

export type ProcessParts = Partial<Record<Process, ProcessPart>>;

/** One entry of each process, by its name. */
export function byProcess<T>(parts: ProcessParts, entryOf: (part: ProcessPart) => T): Partial<Record<Process, T>> {
  const entries = Object.entries(parts) as [Process, ProcessPart][];
  return Object.fromEntries(entries.map(([process, part]) => [process, entryOf(part)])) as Partial<Record<Process, T>>;
}
