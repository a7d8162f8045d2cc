import type { components } from '../../../app/api.generated.ts';

type Row = Pick<components['schemas']['OnboardingSummary'], 'openTasks' | 'stopped'>;

/** A trial that cannot go on without a person. */
export function isBlocking({ kind }: Row['openTasks'][number]): boolean {
  return kind === 'trial-blocked';
}

/** First what is blocked or waits for one of these teams; else in the order in which they are. */
export function byNeed<One extends Row>(rows: readonly One[], teams: readonly string[]): One[] {
  const isFirst = ({ openTasks, stopped }: Row) =>
    Boolean(stopped) || openTasks.some((task) => isBlocking(task) || teams.includes(task.team));
  return [...rows.filter(isFirst), ...rows.filter((row) => !isFirst(row))];
}
