import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, bodyOf } from '../../app/api.ts';

/** What reads a task. */
export const taskQuery = (id: string) =>
  queryOptions({
    queryKey: ['task', id],
    queryFn: () => bodyOf(api.GET('/v1/tasks/{id}', { params: { path: { id } } })),
  });

/** A task, as it is now. */
export function useTask(id: string) {
  return useQuery(taskQuery(id));
}
