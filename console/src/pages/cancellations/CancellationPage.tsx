import { Alert, Anchor, Button, Group, Paper, Stack, Text, Timeline, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { actorName } from '../../../../domain/shared/actors.ts';
import { api, bodyOf, type Cancellation, type Integration, type Step } from '../../app/api.ts';
import { lastSearch } from '../../app/lastSearch.ts';
import { useSession } from '../../app/session.tsx';
import { Link } from '../../parts/Link.tsx';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { StateBadge, stateColor, stateWords } from '../../parts/StateBadge.tsx';
import { At, When } from '../../parts/When.tsx';
import { Withdraw } from './Withdraw.tsx';
import { reasonWords } from './words.ts';

/** One dealer's cancellation: every integration and step, who did it and when, its evidence, and who must act next. */
export function CancellationPage() {
  const { id } = useParams({ from: '/cancellations/$id' });
  const found = useQuery({
    queryKey: ['cancellation', id],
    queryFn: () => bodyOf(api.GET('/v1/cancellations/{id}', { params: { path: { id } } })),
  });
  const { id: me, personId, scopes } = useSession();
  if (!found.data) return <ProblemAlert error={found.error} />;
  const cancellation = found.data;
  const requestedByMe = cancellation.requests.some(({ requestedBy }) => requestedBy === me);
  const mayWithdraw =
    scopes.includes('admin') || (scopes.includes('cancellations:write') && (personId !== null || requestedByMe));
  return (
    <Stack>
      <Header cancellation={cancellation} />
      <ProblemAlert error={found.error} />
      {cancellation.withdrawnAt && (
        <Alert color="gray" title={`Withdrawn by ${actorName(cancellation.withdrawnBy ?? '')}`}>
          {cancellation.withdrawalReason}
        </Alert>
      )}
      <Stopped reason={cancellation.stopped} />
      {cancellation.integrations.map((integration) => (
        <IntegrationSteps key={integration.integration} integration={integration} />
      ))}
      {mayWithdraw && !cancellation.withdrawnAt && <Withdraw cancellation={cancellation} />}
    </Stack>
  );
}

function Header({
  cancellation: { id, account, requests, startedAt, requestedBy, webUi, reason },
}: {
  cancellation: Cancellation;
}) {
  return (
    <div>
      <Link to="/cancellations" search={lastSearch('/cancellations')} size="sm">
        ← Cancellations
      </Link>
      <Group justify="space-between" align="start">
        <PageTitle>{`Account ${account}`}</PageTitle>
        <Group gap="xs">
          <Button component="a" href={`/v1/cancellations/${id}/report`} target="_blank" variant="default" size="xs">
            Audit record
          </Button>
          {webUi && (
            <Button component="a" href={webUi} target="_blank" rel="noreferrer" variant="default" size="xs">
              Temporal Web UI
            </Button>
          )}
        </Group>
      </Group>
      <Text c="dimmed">
        {reasonWords[reason]} · requested by {actorName(requestedBy)}
        {startedAt && (
          <>
            {' · '}
            <At at={startedAt} />
          </>
        )}
        {requests.length > 1 && ` · requested ${requests.length} times`}
      </Text>
    </div>
  );
}

/** Says that nothing continues by itself, whatever the steps say. */
function Stopped({ reason }: { reason?: string }) {
  if (!reason) return null;
  return (
    <Alert color="red" title="Stopped: needs an engineer" mb="sm">
      {reason}
    </Alert>
  );
}

function IntegrationSteps({
  integration: { vendorName, state, reason, stopped, webUi, steps },
}: {
  integration: Integration;
}) {
  return (
    <Paper withBorder p="md" component="section" aria-label={vendorName}>
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4">
          {vendorName}
        </Title>
        <Group gap="xs">
          {webUi && (
            <Anchor href={webUi} target="_blank" rel="noreferrer" size="sm">
              workflow
            </Anchor>
          )}
          <StateBadge state={stopped ? 'stopped' : state} />
        </Group>
      </Group>
      <Stopped reason={stopped} />
      {reason && (
        <Text size="sm" mb="sm">
          {reason}
        </Text>
      )}
      <Timeline bulletSize={16} lineWidth={2}>
        {steps.map((step) => (
          <Timeline.Item
            key={step.step}
            title={step.title}
            color={stateColor(step.state)}
            bullet={<Dot state={step.state} />}
          >
            <StepFacts step={step} />
          </Timeline.Item>
        ))}
      </Timeline>
    </Paper>
  );
}

function Dot({ state }: { state: string }) {
  if (state === 'next') return null;
  return (
    <span style={{ width: 8, height: 8, borderRadius: 4, background: `var(--mantine-color-${stateColor(state)}-6)` }} />
  );
}

function StepFacts({ step: { state, by, endedAt, waitingOn, waitingSince, evidence, taskId } }: { step: Step }) {
  const waits = (state === 'waiting' || state === 'running') && waitingOn;
  return (
    <Text size="sm" c="dimmed" component="div">
      {stateWords(state)}
      {waits && (
        <>
          {' for '}
          <Text span inherit c="var(--mantine-color-text)">
            {waitingOn}
          </Text>
          {waitingSince && (
            <>
              {', since '}
              <When at={waitingSince} />
            </>
          )}
        </>
      )}
      {endedAt && (
        <>
          {by && ` by ${actorName(by)}`} · <At at={endedAt} />
        </>
      )}
      {evidence && <div style={{ overflowWrap: 'anywhere' }}>{evidence}</div>}
      {taskId && (
        <div>
          <Link to="/tasks/$id" params={{ id: taskId }} size="sm">
            {waits ? 'Do the task' : 'See the task'}
          </Link>
        </div>
      )}
    </Text>
  );
}
