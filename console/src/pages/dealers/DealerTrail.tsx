import { useInfiniteQuery } from '@tanstack/react-query';
import { api, bodyOf } from '../../app/api.ts';
import { ActivityList } from '../../parts/ActivityList.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { Section } from '../../parts/Section.tsx';
import { ShowMore } from '../../parts/ShowMore.tsx';

/** What happened to a dealer in all processes, the latest first. */
export function DealerTrail({ account, dealerZone }: { account: string; dealerZone: string | null }) {
  const found = useInfiniteQuery({
    queryKey: ['dealer', account, 'events'],
    queryFn: ({ pageParam }) => {
      const params = { path: { account }, query: { cursor: pageParam, limit: 25 } };
      return bodyOf(api.GET('/v1/dealers/{account}/events', { params }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
  return (
    <Section title="Activity">
      <ProblemAlert error={found.error} />
      {found.data && <ActivityList events={found.data.pages.flatMap(({ events }) => events)} full={{ dealerZone }} />}
      <ShowMore of={found} />
    </Section>
  );
}
