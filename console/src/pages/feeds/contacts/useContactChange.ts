import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { bodyOf } from '../../../app/api.ts';

/** A merge or a split, which leads to the contact that it answers with. */
export function useContactChange(send: () => Promise<{ data?: { contact: string } }>) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => bodyOf(send()),
    onSuccess: ({ contact }) => {
      const changed = ['contact', 'activities', 'activity', 'segments'];
      void queries.invalidateQueries({ predicate: ({ queryKey: [name] }) => changed.includes(String(name)) });
      return navigate({ to: '/contacts/$id', params: { id: contact } });
    },
  });
}
