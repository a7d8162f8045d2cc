import type { TaskRow } from './useTaskList.ts';

interface Group {
  key: string;
  title: string;
  rows: TaskRow[];
}

/** The tasks of each dealer, in the order in which the list has them. */
export function groupsOf(rows: TaskRow[]): Group[] {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const key = row.account ?? '';
    const title = [row.dealerName, row.account].filter(Boolean).join(' · ') || 'Several dealers';
    const group = groups.get(key) ?? { key, title, rows: [] };
    group.rows.push(row);
    groups.set(key, group);
  }
  return [...groups.values()];
}
