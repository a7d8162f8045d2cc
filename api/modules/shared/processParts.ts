import type { z } from 'zod';
import { type DealerTable, registryTable, taskTables } from '../../../db/queries/dealers.ts';
import type { Process } from '../../../domain/shared/processes.ts';
import type { ApiOptions } from '../../server/options.ts';
import type { DealerRecords } from './dealerLookup.ts';

/** What a process shows of itself on the pages of all processes. */
export interface ProcessPart {
  /** Its tables that name dealers. */
  dealers: readonly DealerTable[];
  /** Its counts on the overview. */
  overview: Shown<[]>;
  /** Of dealers in a list, by account: where the process stands with each; those with which it has nothing to do are left out. */
  listed: { schema: z.ZodType; read: Read<[accounts: string[]], ReadonlyMap<string, unknown>> };
  /** Its part of a dealer's page. */
  dealer: Shown<[DealerRecords]>;
  /** What of it is found by a text, the best first. */
  search: Shown<[text: string, limit: number]>;
}

type Read<Of extends unknown[], Answer = unknown> = (options: ApiOptions, ...of: Of) => Promise<Answer>;

interface Shown<Of extends unknown[]> {
  schema: z.ZodType;
  read: Read<Of>;
}

export type ProcessParts = Partial<Record<Process, ProcessPart>>;

/** One entry of each process, by its name. */
export function byProcess<T>(parts: ProcessParts, entryOf: (part: ProcessPart) => T): Partial<Record<Process, T>> {
  const entries = Object.entries(parts) as [Process, ProcessPart][];
  return Object.fromEntries(entries.map(([process, part]) => [process, entryOf(part)])) as Partial<Record<Process, T>>;
}

/** What each process has to say, by its name. */
export async function readAll<Of extends unknown[], Answer>(
  readers: Partial<Record<Process, Read<Of, Answer>>>,
  ...of: Parameters<Read<Of>>
): Promise<Partial<Record<Process, Answer>>> {
  const read = Object.entries(readers).map(async ([process, reader]) => [process, await reader!(...of)]);
  return Object.fromEntries(await Promise.all(read)) as Partial<Record<Process, Answer>>;
}

/** Our own tables that name dealers; the registry only where it is used. */
export function dealerTables({ accounts }: ApiOptions, parts: ProcessParts): readonly DealerTable[] {
  const registry = accounts.named ? [] : [registryTable];
  return [...registry, ...taskTables, ...Object.values(parts).flatMap(({ dealers }) => dealers)];
}
