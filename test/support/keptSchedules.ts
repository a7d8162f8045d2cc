import type { ScheduleKey, Schedules } from '../../domain/shared/schedules.ts';

/** Schedules that nothing starts, for a server that has none; what was said to them is in `said`. */
export function keptSchedules(): Schedules & { said: string[] } {
  const said: string[] = [];
  const say = (what: string) => async (key: ScheduleKey) => {
    said.push(`${what} ${key.key}`);
  };
  const none = async () => {
    throw new Error('no schedule is kept');
  };
  return {
    said,
    ...{ save: say('save'), pause: say('pause'), resume: say('resume'), delete: say('delete') },
    ...{ trigger: none, backfill: none, datesWithoutRun: none, describe: none, list: async () => [] },
  };
}
