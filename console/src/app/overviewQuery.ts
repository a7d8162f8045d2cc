import { queryOptions } from '@tanstack/react-query';
import { api, bodyOf } from './api.ts';
import { refreshMs } from './live.ts';
import { hasLostSession } from './signIn.ts';

/** While an outside system fails: people wait for it to work again. */
const soonMs = 10_000;

/** The counts of the sidebar and of the overview, asked for once for both. */
export const overviewQuery = queryOptions({
  queryKey: ['overview'],
  queryFn: () => bodyOf(api.GET('/v1/overview')),
  refetchInterval: ({ state: { data, error } }) => {
    if (hasLostSession(error)) return false;
    return data && data.failingSystems.length > 0 ? soonMs : refreshMs(error !== null);
  },
});
