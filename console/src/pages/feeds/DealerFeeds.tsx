import { Group, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '../../parts/Link.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { Section } from '../../parts/Section.tsx';
import { ShowMore } from '../../parts/ShowMore.tsx';
import { When } from '../../parts/When.tsx';
import { FeedState } from './FeedState.tsx';
import { OutcomeBadge } from './OutcomeBadge.tsx';
import { feedsQuery } from './useFeed.ts';
import { feedTitle, type ListedFeed, outcomeOf } from './words.ts';

/** The feeds of a dealer, the newest first; nothing where there is none. */
export function DealerFeeds({ account }: { account: string }) {
  const found = useInfiniteQuery(feedsQuery({ account }));
  const rows = found.data?.pages.flatMap(({ imports }) => imports) ?? [];
  const problem = <ProblemAlert error={found.error} labels={{ 'query account': 'Dealer ID' }} />;
  if (rows.length === 0) return problem;
  return (
    <Section title="Feeds">
      {problem}
      <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
        {rows.map((row) => (
          <FeedRow key={row.id} feed={row} />
        ))}
      </Stack>
      <ShowMore of={found} size="xs" style={{ alignSelf: 'start' }} />
    </Section>
  );
}

function FeedRow({ feed }: { feed: ListedFeed }) {
  const { id, lastRun } = feed;
  return (
    <Group component="li" gap="xs">
      <Link to="/feeds/$id" params={{ id }} fw={600}>
        {feedTitle(feed)}
      </Link>
      <FeedState feed={feed} />
      {lastRun ? (
        <>
          <OutcomeBadge look={outcomeOf(lastRun)} />
          <Text size="sm" c="dimmed">
            <When at={lastRun.endedAt ?? lastRun.startedAt} />
          </Text>
        </>
      ) : (
        <Text size="sm" c="dimmed">
          no run yet
        </Text>
      )}
    </Group>
  );
}
