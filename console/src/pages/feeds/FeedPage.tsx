import { Alert, Grid, Group, Stack, Text } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { activityTypeOfKind } from '../../../../domain/feeds/feeds.ts';
import { isNotFound } from '../../app/api.ts';
import { lastSearch } from '../../app/lastSearch.ts';
import { maySeeContacts } from '../../app/places.ts';
import { useSession } from '../../app/session.tsx';
import { BackLink } from '../../parts/BackLink.tsx';
import { dealerTitle } from '../../parts/dealerTitle.ts';
import { Empty } from '../../parts/Empty.tsx';
import { Link, LinkButton } from '../../parts/Link.tsx';
import { Loading } from '../../parts/Loading.tsx';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { useNames } from '../../parts/usePeople.ts';
import { At } from '../../parts/When.tsx';
import { FeedActions } from './FeedActions.tsx';
import { FeedRuns } from './FeedRuns.tsx';
import { FeedSettings } from './FeedSettings.tsx';
import { FeedState } from './FeedState.tsx';
import { FeedHealth } from './health/FeedHealth.tsx';
import { ServerTest } from './ServerTest.tsx';
import { useFeed } from './useFeed.ts';
import { type Feed, feedTitle } from './words.ts';

/** One feed import: what it takes, whether it is taken, its runs, and what one can do with it. */
export function FeedPage() {
  const { id } = useParams({ from: '/feeds/$id' });
  const found = useFeed(id);
  if (!found.data) return <NotShown error={found.error} isPending={found.isPending} />;
  const feed = found.data;
  return (
    <Stack>
      <Header feed={feed} />
      <ProblemAlert error={found.error} />
      <Notes feed={feed} />
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Stack gap="lg">
            <FeedHealth feed={feed} />
            <FeedRuns id={id} dealerZone={feed.timeZone} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Stack gap="lg">
            <ServerTest feed={feed} />
            <FeedSettings feed={feed} />
          </Stack>
        </Grid.Col>
      </Grid>
    </Stack>
  );
}

function BackToList() {
  return (
    <BackLink to="/feeds" search={lastSearch('/feeds')}>
      Feeds
    </BackLink>
  );
}

function NotShown({ error, isPending }: { error: unknown; isPending: boolean }) {
  const isMissing = isNotFound(error);
  return (
    <Stack>
      <BackToList />
      {isPending && <Loading what="the feed" />}
      {!isPending && <PageTitle>{isMissing ? 'Feed not found' : 'The feed cannot be shown'}</PageTitle>}
      {isMissing ? <Empty>There is no feed at this address.</Empty> : <ProblemAlert error={error} />}
    </Stack>
  );
}

function Header({ feed }: { feed: Feed }) {
  const session = useSession();
  return (
    <Stack gap={4}>
      <BackToList />
      <Group justify="space-between" align="start">
        <Group gap="sm">
          <PageTitle tab={`${feedTitle(feed)} of ${dealerTitle(feed)}`}>
            {feedTitle(feed)} of {dealerTitle(feed)}
          </PageTitle>
          <FeedState feed={feed} />
        </Group>
        <Group gap="xs">
          <FeedActions feed={feed} />
          <LinkButton to="/feeds/$id/rejected" params={{ id: feed.id }} variant="default" size="xs">
            Rejected rows
          </LinkButton>
          {maySeeContacts(session) && (
            <LinkButton
              to="/activities"
              search={{ account: feed.account, type: activityTypeOfKind[feed.kind] }}
              variant="default"
              size="xs"
            >
              Activities
            </LinkButton>
          )}
          <LinkButton to="/dealers/$account" params={{ account: feed.account }} variant="default" size="xs">
            Dealer
          </LinkButton>
        </Group>
      </Group>
      <Text c="dimmed">{scheduleWords(feed)}</Text>
    </Stack>
  );
}

function scheduleWords({ state, localTime, timeZone, jitterMinutes }: Feed): string {
  if (state === 'trial') return 'In its trial: the daily sync begins when its onboarding is done';
  const daily = `Daily at ${localTime}, ${timeZone}`;
  return jitterMinutes > 0 ? `${daily}, up to ${jitterMinutes} minutes later` : daily;
}

/** What a reader must know before anything else. */
function Notes({ feed: { paused, end, endedAt, timeZone, sharesFilesWith, scheduleIsCurrent } }: { feed: Feed }) {
  const nameOf = useNames();
  return (
    <>
      {paused && (
        <Alert color="yellow" title={`Paused by ${nameOf(paused.by)}`}>
          {paused.reason} · <At at={paused.at} dealerZone={timeZone} />
        </Alert>
      )}
      {end && (
        <Alert color="gray" title={endedAt ? `Ended on ${end.effectiveOn}` : `Ends on ${end.effectiveOn}`}>
          By the contract {end.contractReference}, requested by {nameOf(end.requestedBy)}. Its activities stay.
        </Alert>
      )}
      {!scheduleIsCurrent && (
        <Alert color="yellow">
          Its schedule does not follow the last change yet: that takes seconds, or until Temporal answers again.
        </Alert>
      )}
      {sharesFilesWith.length > 0 && (
        <Alert color="blue" title="Other feeds take files of the same names">
          Each takes only the files whose header is of its own kind:{' '}
          {sharesFilesWith.map((one, index) => (
            <span key={one.id}>
              {index > 0 && ', '}
              <Link to="/feeds/$id" params={{ id: one.id }} inherit>
                {feedTitle(one)} of {dealerTitle(one)}
              </Link>
            </span>
          ))}
          .
        </Alert>
      )}
    </>
  );
}
