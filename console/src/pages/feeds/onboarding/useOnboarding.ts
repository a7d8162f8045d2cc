import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { components } from '../../../app/api.generated.ts';
import { api, bodyOf } from '../../../app/api.ts';
import { refetchInterval } from '../useFeed.ts';

export type Onboarding = components['schemas']['Onboarding'];

export function useOnboarding(id: string) {
  return useQuery({
    queryKey: ['onboarding', id],
    queryFn: () => bodyOf(api.GET('/v1/feeds/onboardings/{id}', { params: { path: { id } } })),
    refetchInterval,
  });
}

/** What is said to an onboarding, which answers as it is then. */
export function useOnboardingChange<Said>(id: string, send: (said: Said) => Promise<{ data?: Onboarding }>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (said: Said) => bodyOf(send(said)),
    onSuccess: (onboarding) => queries.setQueryData(['onboarding', id], onboarding),
  });
}
