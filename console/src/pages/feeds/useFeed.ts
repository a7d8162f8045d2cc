import { infiniteQueryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, bodyOf } from '../../app/api.ts';
import { refetchEvery } from '../../app/refetchEvery.ts';
import type { FeedSearch } from './search.ts';
import type { Feed } from './words.ts';

export const refetchInterval = refetchEvery(5_000);
/** Of how feeds do, which is more to compute. */
export const healthInterval = refetchEvery(10_000);

/** The feed imports of these filters, the newest first. */
export const feedsQuery = (filters: FeedSearch) =>
  infiniteQueryOptions({
    queryKey: ['feeds', filters],
    queryFn: ({ pageParam }) =>
      bodyOf(api.GET('/v1/feeds/imports', { params: { query: { ...filters, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval,
  });

export function useFeed(id: string) {
  return useQuery({
    queryKey: ['feed', id],
    queryFn: () => bodyOf(api.GET('/v1/feeds/imports/{id}', { params: { path: { id } } })),
    refetchInterval,
  });
}

export function useRuns(id: string) {
  return useQuery({
    queryKey: ['feed', id, 'runs'],
    queryFn: () => bodyOf(api.GET('/v1/feeds/imports/{id}/runs', { params: { path: { id }, query: { limit: 30 } } })),
    refetchInterval,
  });
}

/** A change of a feed, which answers with the feed as it is then. */
export function useFeedChange<Change>(id: string, send: (change: Change) => Promise<{ data?: Feed }>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (change: Change) => bodyOf(send(change)),
    onSuccess: (feed) => queries.setQueryData(['feed', id], feed),
  });
}
