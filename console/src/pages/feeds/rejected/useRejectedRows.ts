import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { api, bodyOf } from '../../../app/api.ts';
import type { RejectedSearch } from '../search.ts';
import { refetchInterval } from '../useFeed.ts';

/** The rows that the page's address asks for. */
export function useRejectedRows(id: string) {
  const search = useSearch({ from: '/feeds/$id/rejected' });
  const navigate = useNavigate({ from: '/feeds/$id/rejected' });
  const found = useInfiniteQuery({
    queryKey: ['rejected rows', id, search],
    queryFn: ({ pageParam }) =>
      bodyOf(
        api.GET('/v1/feeds/imports/{id}/rejected-rows', {
          params: { path: { id }, query: { ...search, limit: 25, cursor: pageParam } },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval,
  });
  return {
    search,
    change: (part: RejectedSearch) =>
      navigate({ search: (before) => ({ ...before, ...part }), replace: true, resetScroll: false }),
    found,
    rows: found.data?.pages.flatMap((page) => page.rows),
  };
}
