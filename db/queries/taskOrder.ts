import { type SQL, sql } from 'drizzle-orm';
import type { SortOrder, TaskSort } from '../../domain/shared/taskLists.ts';
import { integrationNames, vendorTitle } from '../../domain/shared/vendors.ts';
import { people, tasks } from '../schema/shared.ts';

/** How a list of tasks is ordered, and continued behind one of them. */

export type KeyType = 'text' | 'integer' | 'boolean' | 'timestamptz' | 'uuid' | 'task_priority';
interface Key {
  value: SQL;
  type: KeyType;
  descending?: boolean;
}

/** The values of an order's keys in a task, as JSON has them. */
export type TaskPlace = (string | number | boolean)[];

const byDue: Key[] = [
  { value: sql`${tasks.dueAt}`, type: 'timestamptz' },
  { value: sql`${tasks.id}`, type: 'uuid' },
];
const byTitle = integrationNames.toSorted((one, other) => vendorTitle(one).localeCompare(vendorTitle(other)));
const vendor = sql.raw(`array_position(array[${byTitle.map((name) => `'${name}'`).join(', ')}], integration)`);
const assignee = sql`coalesce((select lower(${people.name}) from ${people} where ${people.id} = ${tasks.assignee}), ${tasks.assignee})`;

/** @returns the earlier ones decide; the last is different for each task */
export function keysOf(sort: TaskSort, order: SortOrder): Key[] {
  const descending = order === 'desc';
  const [due, id] = byDue as [Key, Key];
  // Those without a value come last in both directions.
  const orNone = (value: SQL, type: KeyType, none: SQL): Key[] => [
    { value: sql`(${value} is null)`, type: 'boolean' },
    { value: sql`coalesce(${value}, ${none})`, type, descending },
    ...byDue,
  ];
  switch (sort) {
    case 'priority':
      return [{ value: sql`${tasks.priority}`, type: 'task_priority', descending }, ...byDue];
    case 'due':
      return [{ ...due, descending }, id];
    case 'dealer':
      return orNone(sql`lower(${tasks.dealerName})`, 'text', sql`''`);
    case 'vendor':
      return orNone(vendor, 'integer', sql`0`);
    case 'team':
      return [{ value: sql`${tasks.team}`, type: 'text', descending }, ...byDue];
    case 'assignee':
      return orNone(assignee, 'text', sql`''`);
    case 'follow-up':
      return orNone(sql`${tasks.followUpAt}`, 'timestamptz', sql`'epoch'`);
    case 'opened':
      return [{ value: sql`${tasks.openedAt}`, type: 'timestamptz', descending }, ...byDue];
  }
}

/** What comes behind a place. Where all keys ascend, PostgreSQL can read it from an index. */
export function behind(keys: readonly Key[], place: TaskPlace): SQL {
  const values = keys.map(({ type }, index) => sql`${String(place[index])}::${sql.raw(type)}`);
  if (keys.every(({ descending }) => !descending)) {
    const columns = keys.map(({ value }) => value);
    return sql`(${sql.join(columns, sql`, `)}) > (${sql.join(values, sql`, `)})`;
  }
  const [{ value, descending }, ...rest] = keys as [Key, ...Key[]];
  const comes = sql.raw(descending ? '<' : '>');
  if (rest.length === 0) return sql`${value} ${comes} ${values[0]}`;
  return sql`(${value} ${comes} ${values[0]} or (${value} = ${values[0]} and ${behind(rest, place.slice(1))}))`;
}

/** The values of the keys of each task, for the cursor. */
export function placeOf(keys: readonly Key[]): SQL<TaskPlace> {
  return sql<TaskPlace>`jsonb_build_array(${sql.join(
    keys.map(({ value }) => value),
    sql`, `,
  )})`;
}

export function inOrder(keys: readonly Key[]): SQL[] {
  return keys.map(({ value, descending }) => (descending ? sql`${value} desc` : sql`${value} asc`));
}
