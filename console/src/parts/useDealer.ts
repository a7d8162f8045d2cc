import { useQuery } from '@tanstack/react-query';
import { api, bodyOf } from '../app/api.ts';

/** The dealer of a form or of filters, read once; nothing while none is chosen. */
export function useDealer(account: string | undefined) {
  return useQuery({
    queryKey: ['dealer', account],
    queryFn: () => bodyOf(api.GET('/v1/dealers/{account}', { params: { path: { account: account! } } })),
    enabled: account !== undefined,
    refetchInterval: false,
  });
}
