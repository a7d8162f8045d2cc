import { type AnyColumn, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { type EventProcess, type Process, processes } from '../../domain/shared/processes.ts';
import type { Db } from '../client.ts';
import { events, tasks } from '../schema/shared.ts';

/**
 * What has changed since a position in the database's history. A position is a snapshot of PostgreSQL: it says exactly which
 * transactions could be seen, so that one that commits late is neither missed nor waited for, and any process can continue from it.
 */

/** IDs only, each once. */
export interface Changes {
  /** More has changed than is listed, or it is not known what: read everything again. */
  everything: boolean;
  tasks: string[];
  /** Of dealers: the account's ID. */
  dealers: string[];
  people: string[];
  /** What the processes have, by the processes' own IDs, such as a cancellation's. */
  subjects: Partial<Record<Process, string[]>>;
}

/**
 * The rows of a table that have changed: a query of (process, subject, task, account).
 * @param isNew the condition on the table's `changedIn`
 */
export type ChangedRows = (isNew: (changedIn: AnyColumn) => SQL) => SQL;

/** Of each table. More is too much to read one by one. */
const mostRows = 500;
const longestPosition = 4_000;
const positionPattern = /^(\d+-\d+)\/(\d{1,18}:\d{1,18}:(?:\d{1,18}(?:,\d{1,18})*)?)$/;

/**
 * @param since a position that was returned before, by whichever process
 * @param ofProcesses the tables of the processes
 * @returns `everything` when the position is absent or not this database's, such as before a backup was restored
 */
export async function changesSince(
  db: Db,
  since: string | undefined,
  ofProcesses: readonly ChangedRows[],
): Promise<{ position: string; changes: Changes }> {
  const { database, snapshot } = readPosition(since);
  if (snapshot === undefined) return { position: await currentPosition(db), changes: { ...none(), everything: true } };
  const before = sql`${snapshot}::pg_snapshot`;
  const isNew = (changedIn: AnyColumn) => sql`${changedIn} >= pg_snapshot_xmin(${before})
    and not pg_visible_in_snapshot(${changedIn}, ${before})
    -- A backup that was restored on another server has rows of transactions that are still to come here.
    and ${changedIn} < pg_snapshot_xmax(pg_current_snapshot())`;
  const changed = [changedTasks, changedEvents, ...ofProcesses].map(
    (rows) => sql`(${rows(isNew)} limit ${mostRows + 1})`,
  );
  const { rows } = await db.execute<Found>(sql`
    select ${here} as position, pg_snapshot_xmax(${before}) <= pg_snapshot_xmax(pg_current_snapshot()) as known, changed.*
    from (select) as one left join (${sql.join(changed, sql` union all `)}) as changed on true`);
  const { position, known } = rows[0]!;
  const isSame = known && position.startsWith(`${database}/`);
  return { position, changes: isSame ? changesOf(rows) : { ...none(), everything: true } };
}

function readPosition(position = ''): { database?: string; snapshot?: string } {
  const [, database, snapshot = ''] = (position.length <= longestPosition && positionPattern.exec(position)) || [];
  const [first, next, ...inProgress] = snapshot.split(/[:,]/).filter(Boolean).map(BigInt);
  // PostgreSQL reads no other: from the oldest transaction in progress, in their order, to the first that had not begun.
  const inOrder = [first, ...inProgress].every((one, n, all) => n === 0 || one! >= all[n - 1]!);
  const isOne = first !== undefined && first > 0n && next !== undefined && first <= next && inOrder;
  return isOne && inProgress.every((one) => one < next) ? { database, snapshot } : {};
}

const here = sql`(select system_identifier from pg_control_system()) || '-'
  || (select oid from pg_database where datname = current_database()) || '/' || pg_current_snapshot()`;

/** The position from which on everything is still to come. */
export async function currentPosition(db: Db): Promise<string> {
  const { rows } = await db.execute<{ position: string }>(sql`select ${here} as position`);
  return rows[0]!.position;
}

interface Found extends Record<string, unknown> {
  position: string;
  known: boolean;
  /** Null in a row of nothing, when nothing has changed. */
  process: EventProcess | null;
  subject: string;
  task: string | null;
  account: string | null;
}

const changedTasks: ChangedRows = (isNew) => sql`
  select process, subject, ${tasks.id}::text as task, dealer as account
  from ${tasks} left join lateral ${dealersOf(tasks.account)} on true
  where ${isNew(tasks.changedIn)}`;

const changedEvents: ChangedRows = (isNew) => sql`
  select ${events.process}, ${events.subject}, ${events.taskId}::text as task, dealer as account
  from ${events} left join ${tasks} on ${tasks.id} = ${events.taskId} left join lateral ${dealersOf(events.account)} on true
  where ${isNew(events.changedIn)}`;

/** A task for several dealers, and its events, have no account of their own. */
function dealersOf(account: SQLWrapper): SQL {
  return sql`unnest(coalesce(${tasks.accounts}, array[${account}])) as dealer`;
}

const none = (): Changes => ({ everything: false, tasks: [], dealers: [], people: [], subjects: {} });

function changesOf(rows: Found[]): Changes {
  if (rows.length > mostRows) return { ...none(), everything: true };
  const found = rows.filter(({ process }) => process !== null);
  const administered = (kind: string) =>
    found.flatMap(({ process, subject }) =>
      process === 'administration' && subject.startsWith(`${kind}/`) ? subject.slice(kind.length + 1) : [],
    );
  const subjects = processes.flatMap((process) => {
    const its = found.filter((row) => row.process === process).map(({ subject }) => subject);
    return its.length > 0 ? [[process, once(its)]] : [];
  });
  return {
    everything: false,
    tasks: once(found.map(({ task }) => task)),
    dealers: once([...found.map(({ account }) => account), ...administered('account')]),
    people: once(administered('person')),
    subjects: Object.fromEntries(subjects),
  };
}

function once(ids: (string | null)[]): string[] {
  return [...new Set(ids.filter((id) => id !== null))];
}
