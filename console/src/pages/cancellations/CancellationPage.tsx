import { Alert, Button, Grid, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { api, bodyOf, type Cancellation, isNotFound } from '../../app/api.ts';
import { lastSearch } from '../../app/lastSearch.ts';
import { useSession } from '../../app/session.tsx';
import { BackLink } from '../../parts/BackLink.tsx';
import { dealerTitle } from '../../parts/dealerTitle.ts';
import { Empty } from '../../parts/Empty.tsx';
import { LinkButton } from '../../parts/Link.tsx';
import { Loading } from '../../parts/Loading.tsx';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { StateBadge } from '../../parts/StateBadge.tsx';
import { Stopped } from '../../parts/Stopped.tsx';
import { useNames } from '../../parts/usePeople.ts';
import { At } from '../../parts/When.tsx';
import { Activity } from './Activity.tsx';
import { OtherTasks, Procedure } from './Procedure.tsx';
import { Withdraw } from './Withdraw.tsx';
import { reasonWords } from './words.ts';

/** One dealer's cancellation: each vendor's procedure with its evidence, who must act next, and everything that happened. */
export function CancellationPage() {
  const { id } = useParams({ from: '/cancellations/$id' });
  const found = useQuery({
    queryKey: ['cancellation', id],
    queryFn: () => bodyOf(api.GET('/v1/cancellations/{id}', { params: { path: { id } } })),
  });
  const nameOf = useNames();
  if (!found.data) return <NotShown error={found.error} isPending={found.isPending} />;
  const cancellation = found.data;
  return (
    <Stack>
      <Header cancellation={cancellation} />
      <ProblemAlert error={found.error} />
      {cancellation.withdrawnAt && (
        <Alert color="gray" title={`Withdrawn by ${nameOf(cancellation.withdrawnBy ?? '')}`}>
          {cancellation.withdrawalReason} · <At at={cancellation.withdrawnAt} />
        </Alert>
      )}
      <Stopped reason={cancellation.stopped} />
      <Grid gap="md" type="container" breakpoints={{ xs: '30rem', sm: '40rem', md: '56rem', lg: '70rem', xl: '90rem' }}>
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Stack>
            {cancellation.integrations.length === 0 && (
              <Alert color="blue">The cancellation has just been requested: its steps appear here in a moment.</Alert>
            )}
            {cancellation.integrations.map((integration) => (
              <Procedure key={integration.integration} integration={integration} cancellation={cancellation} />
            ))}
            <OtherTasks cancellation={cancellation} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Activity cancellation={cancellation} />
        </Grid.Col>
      </Grid>
    </Stack>
  );
}

/** Before the cancellation is there, or where it is not. */
function NotShown({ error, isPending }: { error: unknown; isPending: boolean }) {
  const isMissing = isNotFound(error);
  return (
    <Stack>
      <BackToList />
      {isPending && <Loading what="the cancellation" />}
      {!isPending && <PageTitle>{isMissing ? 'Cancellation not found' : 'The cancellation cannot be shown'}</PageTitle>}
      {isMissing ? (
        <Empty>
          There is no cancellation at this address. If a mail or a message led here, the address may have been cut off:
          copy all of it.
        </Empty>
      ) : (
        <ProblemAlert error={error} />
      )}
    </Stack>
  );
}

function BackToList() {
  return (
    <BackLink to="/cancellations" search={lastSearch('/cancellations')}>
      Cancellations
    </BackLink>
  );
}

function Header({ cancellation }: { cancellation: Cancellation }) {
  const { id, account, requests, startedAt, closedAt, requestedBy, webUi, reason, standing, timeZone, withdrawnAt } =
    cancellation;
  const { id: me, personId, scopes } = useSession();
  const requestedByMe = requests.some((one) => one.requestedBy === me);
  const mayWithdraw =
    scopes.includes('admin') || (scopes.includes('cancellations:write') && (personId !== null || requestedByMe));
  const withdraw = mayWithdraw && !withdrawnAt && <Withdraw cancellation={cancellation} />;
  const again = requests.length - 1;
  const nameOf = useNames();
  return (
    <Stack gap={4}>
      <BackToList />
      <Group justify="space-between" align="start">
        <Group gap="sm">
          <PageTitle tab={`Cancellation of ${dealerTitle(cancellation)}`}>{dealerTitle(cancellation)}</PageTitle>
          <StateBadge state={cancellation.stopped ? 'stopped' : standing.state} reinstating={standing.reinstating} />
        </Group>
        <Group gap="xs">
          {!closedAt && withdraw}
          <LinkButton to="/cancellations/$id/record" params={{ id }} variant="default" size="xs">
            Audit record
          </LinkButton>
          <LinkButton to="/dealers/$account" params={{ account }} variant="default" size="xs">
            Dealer
          </LinkButton>
          {webUi && (
            <Button component="a" href={webUi} target="_blank" rel="noreferrer" variant="default" size="xs">
              Temporal Web UI
            </Button>
          )}
          {closedAt && withdraw}
        </Group>
      </Group>
      <Text c="dimmed">
        {reasonWords[reason]} · requested by {nameOf(requestedBy)}
        {startedAt && (
          <>
            {' · '}
            <At at={startedAt} dealerZone={timeZone} />
          </>
        )}
        {again > 0 && ` · requested again ${again === 1 ? 'once' : `${again} times`}`}
        {closedAt && (
          <>
            {' · ended '}
            <At at={closedAt} dealerZone={timeZone} />
          </>
        )}
      </Text>
    </Stack>
  );
}
