import { Button, Grid, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { api, bodyOf, type Dealer } from '../../app/api.ts';
import { mayChangeFeeds, mayStart } from '../../app/places.ts';
import { useSession } from '../../app/session.tsx';
import { BackLink } from '../../parts/BackLink.tsx';
import { LinkButton } from '../../parts/Link.tsx';
import { Loading } from '../../parts/Loading.tsx';
import { NotReadNow } from '../../parts/NotReadNow.tsx';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { Section } from '../../parts/Section.tsx';
import { TaskRow, TaskRows } from '../../parts/TaskRows.tsx';
import { isUnknownDealer, UnknownDealer } from '../../parts/UnknownDealer.tsx';
import { DealerCancellations } from '../cancellations/DealerCancellations.tsx';
import { DealerFeeds } from '../feeds/DealerFeeds.tsx';
import { Onboardings } from '../feeds/onboarding/Onboardings.tsx';
import { DealerFacts } from './DealerFacts.tsx';
import { DealerIntegrations } from './DealerIntegrations.tsx';
import { DealerTrail } from './DealerTrail.tsx';
import { LookupAlerts } from './LookupAlerts.tsx';

/** Each time CST is asked for the dealer and its parent. */
const lookAgainMs = 120_000;

/** All that is known of a dealer, and what one can start there. */
export function DealerPage() {
  const { account } = useParams({ from: '/dealers/$account' });
  const found = useQuery({
    queryKey: ['dealer', account],
    queryFn: ({ signal }) => bodyOf(api.GET('/v1/dealers/{account}', { params: { path: { account } }, signal })),
    refetchInterval: lookAgainMs,
  });
  const dealer = found.data;
  if (!dealer) {
    const isUnknown = isUnknownDealer(found.error);
    return (
      <Stack>
        <BackLink to="/dealers">Dealers</BackLink>
        <PageTitle key={String(isUnknown)}>
          {isUnknown ? `No dealer has the ID ${account}` : `Dealer ${account}`}
        </PageTitle>
        {found.error && isUnknown ? (
          <UnknownDealer account={account} error={found.error} />
        ) : (
          <ProblemAlert error={found.error} labels={{ 'path account': 'Dealer ID' }} />
        )}
        {found.isPending && <Loading what="the dealer" />}
      </Stack>
    );
  }
  const retry = () => found.refetch();
  return (
    <Stack>
      <BackLink to="/dealers">Dealers</BackLink>
      <Group justify="space-between" align="start">
        <PageTitle tab={dealer.name ?? `Dealer ${dealer.account}`} key={dealer.account}>
          {dealer.name ?? `Dealer ${dealer.account}`}
        </PageTitle>
        <StartHere dealer={dealer} />
      </Group>
      <ProblemAlert error={found.error} />
      <LookupAlerts dealer={dealer} onRetry={retry} isRetrying={found.isFetching} />
      <DealerFacts dealer={dealer} />
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Stack gap="lg">
            <DealerIntegrations dealer={dealer} />
            {dealer.cancellations ? (
              <DealerCancellations account={dealer.account} timeZone={dealer.timeZone} of={dealer.cancellations} />
            ) : (
              <NotReadNow title="Cancellations" />
            )}
            <Onboardings account={dealer.account} />
            <DealerFeeds account={dealer.account} />
            <Section title="Open tasks">
              {dealer.openTasks.length === 0 && <Text c="dimmed">No task is open.</Text>}
              <TaskRows>
                {dealer.openTasks.map((task) => (
                  <TaskRow key={task.id} task={task} />
                ))}
              </TaskRows>
              {dealer.moreOpenTasks && <Text c="dimmed">These are the most urgent ones; there are more.</Text>}
            </Section>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <DealerTrail account={dealer.account} dealerZone={dealer.timeZone} />
        </Grid.Col>
      </Grid>
    </Stack>
  );
}

/** What one can start for this dealer. */
function StartHere({ dealer }: { dealer: Dealer }) {
  const session = useSession();
  return (
    <Group gap="xs">
      {mayChangeFeeds(session) && (
        <LinkButton to="/feeds/onboardings/new" search={{ account: dealer.account }} variant="default">
          Request its files
        </LinkButton>
      )}
      {mayStart(session) && <StartCancellation dealer={dealer} />}
    </Group>
  );
}

function StartCancellation({ dealer: { account, integrations, lookup } }: { dealer: Dealer }) {
  const nothingToEnd = lookup.state === 'found' && !integrations.some(({ hasProcedure }) => hasProcedure);
  if (nothingToEnd) return <Button disabled>Nothing to cancel here</Button>;
  return (
    <LinkButton to="/cancellations/new" search={{ account }}>
      Start a cancellation here
    </LinkButton>
  );
}
