import { Group, Stack, Text } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { api, bodyOf } from '../../../app/api.ts';
import { mayChangeFeeds } from '../../../app/places.ts';
import { useSession } from '../../../app/session.tsx';
import { Empty } from '../../../parts/Empty.tsx';
import { LinkButton } from '../../../parts/Link.tsx';
import { Loading } from '../../../parts/Loading.tsx';
import { NoMatch } from '../../../parts/NoMatch.tsx';
import { PageTitle } from '../../../parts/PageTitle.tsx';
import { ProblemAlert } from '../../../parts/ProblemAlert.tsx';
import { RemovableFilter } from '../../../parts/RemovableFilter.tsx';
import { ShowMore } from '../../../parts/ShowMore.tsx';
import { Onboardings } from '../onboarding/Onboardings.tsx';
import { healthInterval } from '../useFeed.ts';
import { HealthRow } from './HealthRow.tsx';

/** How each feed does: those that need a person come first. */
export function FeedBoard() {
  const { account } = useSearch({ from: '/feeds' });
  const navigate = useNavigate({ from: '/feeds' });
  const session = useSession();
  const found = useInfiniteQuery({
    queryKey: ['feed health', account],
    queryFn: ({ pageParam }) =>
      bodyOf(api.GET('/v1/feeds/health', { params: { query: { account, cursor: pageParam, limit: 25 } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: healthInterval,
  });
  const rows = found.data?.pages.flatMap(({ feeds }) => feeds);
  const showAll = () => navigate({ search: {} });
  return (
    <Stack>
      <Group justify="space-between">
        <PageTitle>Feeds</PageTitle>
        <Group gap="xs">
          <LinkButton to="/feeds/imports" search={{ account }} variant="default">
            All feed imports
          </LinkButton>
          {mayChangeFeeds(session) && (
            <>
              <LinkButton to="/feeds/new" variant="default">
                New feed import
              </LinkButton>
              <LinkButton to="/feeds/onboardings/new">Request a dealer’s files</LinkButton>
            </>
          )}
        </Group>
      </Group>
      {account && (
        <Group>
          <RemovableFilter label={`Dealer ID ${account}`} onRemove={showAll} />
        </Group>
      )}
      <Onboardings account={account} />
      <ProblemAlert error={found.error} labels={{ 'query account': 'Dealer ID' }} />
      {found.isPending && <Loading what="the feeds" />}
      {rows?.length === 0 && account && <NoMatch what="feeds" onClear={showAll} />}
      {rows?.length === 0 && !account && (
        <Empty>
          There is no feed yet. A feed takes a dealer’s sales or service files from the SFTP server every day.
        </Empty>
      )}
      {rows && rows.length > 0 && (
        <Text size="sm" c="dimmed">
          Those that need a person first. The charts show the rows of the last 30 days; rejected ones are red.
        </Text>
      )}
      <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Feeds">
        {rows?.map((feed) => (
          <HealthRow key={feed.importId} feed={feed} />
        ))}
      </Stack>
      <ShowMore of={found} style={{ alignSelf: 'center' }} />
    </Stack>
  );
}
