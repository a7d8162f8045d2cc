import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { actorName } from '../../../domain/shared/actors.ts';
import { allPeople } from '../app/api.ts';
import { useSession } from '../app/session.tsx';

/** Everybody; asked for once while the console is open. */
export function usePeople() {
  return useQuery({ queryKey: ['people'], queryFn: allPeople, refetchInterval: false, staleTime: 300_000 });
}

/** Who did something, by the name that people know: a person's, a system's or an API key's. */
export function useNames(): (by: string) => string {
  const { data } = usePeople();
  return useCallback((by) => data?.find(({ id }) => id === by)?.name ?? actorName(by), [data]);
}

/** The same, with `you` for who is signed in. */
export function useNamesAndYou(): (by: string) => string {
  const { personId } = useSession();
  const nameOf = useNames();
  return (by) => (by === personId ? 'you' : nameOf(by));
}
