import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { api, bodyOf, type TaskList } from '../../app/api.ts';
import type { WorkSearch } from './search.ts';

export type TaskRow = TaskList['tasks'][number];

/** The tasks of a view, page by page. */
export function useTaskList({ view, search, integration, sort, order }: WorkSearch) {
  const query = { view, search: search?.trim() || undefined, integration, sort, order };
  const list = useInfiniteQuery({
    queryKey: ['tasks', query],
    queryFn: ({ pageParam }) => bodyOf(api.GET('/v1/tasks', { params: { query: { ...query, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  return { ...list, rows: list.data?.pages.flatMap((page) => page.tasks) };
}
