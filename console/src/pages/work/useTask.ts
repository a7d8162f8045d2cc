import { useQuery } from '@tanstack/react-query';
import { api, bodyOf } from '../../app/api.ts';

/** A task, as it is now. */
export function useTask(id: string) {
  return useQuery({
    queryKey: ['task', id],
    queryFn: () => bodyOf(api.GET('/v1/tasks/{id}', { params: { path: { id } } })),
  });
}
