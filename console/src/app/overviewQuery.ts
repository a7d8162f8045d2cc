import { queryOptions } from '@tanstack/react-query';
import { api, bodyOf } from './api.ts';

/** The counts of the sidebar and of the overview, asked for once for both. */
export const overviewQuery = queryOptions({
  queryKey: ['overview'],
  queryFn: () => bodyOf(api.GET('/v1/overview')),
});
