import type { FastifyBaseLogger } from 'fastify';
import type { z } from 'zod';
import type { ChangedRows } from '../../../db/queries/changes.ts';
import { type DealerTable, registryTable, taskTables } from '../../../db/queries/dealers.ts';
import type { CorrectSteps } from '../../../db/queries/taskCorrections.ts';
import type { TaskRow } from '../../../db/queries/tasks.ts';
import type { Process } from '../../../domain/shared/processes.ts';
import type { TaskAnswers } from '../../../domain/shared/tasks.ts';
import type { ApiOptions, App } from '../../server/options.ts';
import type { DealerRecords } from './dealerLookup.ts';

/** All that a process adds to the API. */
export interface ProcessModule {
  routes: readonly ((app: App, options: ApiOptions) => Promise<void>)[];
  /** What the pages of all processes show of it. */
  parts: ProcessParts;
  corrections: ProcessOfCorrections;
  /** Where it changes without a task or an event. */
  changes: readonly ChangedRows[];
  /**
   * What it does with a person's answers before the task's workflow gets them, without those that name a person: it keeps those.
   * @throws Problem where they do not fit
   */
  takeAnswers?: (options: ApiOptions, task: TaskRow, answers: TaskAnswers) => Promise<void>;
}
export type ProcessModules = Partial<Record<Process, ProcessModule>>;

/** What a process has to do with corrections of its tasks. */
export interface ProcessOfCorrections {
  correctSteps: CorrectSteps;
  /** Workflow IDs of those that may have taken over the steps from the task's own workflow. */
  laterWorkflows: (task: TaskRow) => string[];
}

/** What a process shows of itself on the pages of all processes; each is made by `shown`. */
export interface ProcessParts {
  /** Its tables that name dealers. */
  dealers: readonly DealerTable[];
  /** Its counts on the overview. */
  overview: Shown<[]>;
  /** Of dealers in a list, by account: where the process stands with each; those with which it has nothing to do are left out. */
  listed: ShownOfDealers;
  /** Its part of a dealer's page. */
  dealer: Shown<[DealerRecords]>;
  /** What of it is found by a text, the best first. */
  search: Shown<[text: string, limit: number]>;
}

type Read<Of extends unknown[], Answer> = (options: ApiOptions, ...of: Of) => Promise<Answer>;

interface Shown<Of extends unknown[]> {
  schema: z.ZodType;
  read: Read<Of, unknown>;
}
interface ShownOfDealers {
  schema: z.ZodType;
  read: Read<[accounts: string[]], ReadonlyMap<string, unknown>>;
}

/** A part with the schema of what is read, which is described to the API's clients. */
export function shown<Schema extends z.ZodType, Of extends unknown[]>(
  schema: Schema,
  read: Read<Of, z.output<Schema>>,
): Shown<Of> {
  return { schema, read };
}

/** The same of a list's dealers: the schema is of one of them, and null of one with which the process has nothing to do. */
export function shownOfDealers<Schema extends z.ZodType>(
  schema: Schema,
  read: Read<[accounts: string[]], ReadonlyMap<string, z.output<Schema>>>,
): ShownOfDealers {
  return { schema: schema.nullable().describe('Null where it has had none'), read };
}

/** The schemas of one part of all processes, by their names. What could not be read is absent, which is not as if there were nothing. */
export function schemasOf(
  modules: ProcessModules,
  part: Exclude<keyof ProcessParts, 'dealers'>,
): Record<string, z.ZodOptional<z.ZodType>> {
  return Object.fromEntries(
    entriesOf(modules).map(([process, { parts }]) => {
      const { schema } = parts[part];
      const meanings = [schema.description, 'Absent while it cannot be read'].filter(Boolean);
      return [process, schema.optional().describe(meanings.join('. '))];
    }),
  );
}

/**
 * What each process has to say, by its name. The page is shown without a process that cannot be read; when none can, neither can
 * the page.
 */
export async function readParts<Answer>(
  modules: ProcessModules,
  log: FastifyBaseLogger,
  read: (parts: ProcessParts) => Promise<Answer>,
): Promise<Record<string, Answer>> {
  const entries = entriesOf(modules);
  const results = await Promise.allSettled(entries.map(([, { parts }]) => read(parts)));
  const failed = results.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  if (failed.length > 0 && failed.length === results.length) throw failed[0];
  for (const err of failed) log.error({ err }, 'a process cannot be read, and the page is shown without it');
  return Object.fromEntries(
    results.flatMap((one, n) => (one.status === 'fulfilled' ? [[entries[n]![0], one.value]] : [])),
  );
}

function entriesOf(modules: ProcessModules): [Process, ProcessModule][] {
  return Object.entries(modules) as [Process, ProcessModule][];
}

/** Our own tables that name dealers; the registry only where it is used. */
export function dealerTables({ accounts }: ApiOptions, modules: ProcessModules): readonly DealerTable[] {
  const registry = accounts.named ? [] : [registryTable];
  return [...registry, ...taskTables, ...Object.values(modules).flatMap(({ parts }) => parts.dealers)];
}
