import { Alert, Button, Grid, Group, Stack, Text } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { feedDmsTitles } from '../../../../../domain/feeds/feeds.ts';
import { kindsInWords, onboardingWaitTitles } from '../../../../../domain/feeds/onboarding.ts';
import { stepStateTitles } from '../../../../../domain/shared/stepWords.ts';
import { isNotFound } from '../../../app/api.ts';
import { BackLink } from '../../../parts/BackLink.tsx';
import { dealerTitle } from '../../../parts/dealerTitle.ts';
import { Empty } from '../../../parts/Empty.tsx';
import { LinkButton } from '../../../parts/Link.tsx';
import { Loading } from '../../../parts/Loading.tsx';
import { PageTitle } from '../../../parts/PageTitle.tsx';
import { ProblemAlert } from '../../../parts/ProblemAlert.tsx';
import { Section } from '../../../parts/Section.tsx';
import { StateBadge } from '../../../parts/StateBadge.tsx';
import { StepTimeline } from '../../../parts/StepTimeline.tsx';
import { Stopped } from '../../../parts/Stopped.tsx';
import { useNames } from '../../../parts/usePeople.ts';
import { useWaitedFor } from '../../../parts/useWaitedFor.ts';
import { At } from '../../../parts/When.tsx';
import { OnboardingActions } from './OnboardingActions.tsx';
import { OnboardingFacts, Trials } from './OnboardingFacts.tsx';
import { type Onboarding, useOnboarding } from './useOnboarding.ts';

/** One onboarding: its steps and who must act next, what the dealer says, and the trials of the first files. */
export function OnboardingPage() {
  const { id } = useParams({ from: '/feeds/onboardings/$id' });
  const found = useOnboarding(id);
  const waitedFor = useWaitedFor(onboardingWaitTitles);
  if (!found.data) return <NotShown error={found.error} isPending={found.isPending} />;
  const onboarding = found.data;
  const { steps, tasks, timeZone, stopped, reason, closedAt } = onboarding;
  return (
    <Stack>
      <Header onboarding={onboarding} />
      <ProblemAlert error={found.error} />
      <Stopped reason={stopped} />
      {reason && (
        <Alert color="gray" title="Ended before the daily sync">
          {reason}
          {closedAt && (
            <>
              {' · '}
              <At at={closedAt} dealerZone={timeZone} />
            </>
          )}
        </Alert>
      )}
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Section title="Steps" framed>
            <StepTimeline
              steps={steps}
              tasks={tasks}
              zone={timeZone}
              titleOf={({ state }) => stepStateTitles[state]}
              waitedFor={waitedFor}
            />
          </Section>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Stack gap="lg">
            <Trials onboarding={onboarding} />
            <OnboardingFacts onboarding={onboarding} />
          </Stack>
        </Grid.Col>
      </Grid>
    </Stack>
  );
}

function NotShown({ error, isPending }: { error: unknown; isPending: boolean }) {
  const isMissing = isNotFound(error);
  return (
    <Stack>
      <BackLink to="/feeds">Feeds</BackLink>
      {isPending && <Loading what="the onboarding" />}
      {!isPending && <PageTitle>{isMissing ? 'Onboarding not found' : 'The onboarding cannot be shown'}</PageTitle>}
      {isMissing ? <Empty>There is no onboarding at this address.</Empty> : <ProblemAlert error={error} />}
    </Stack>
  );
}

function Header({ onboarding }: { onboarding: Onboarding }) {
  const { account, dms, kinds, state, stopped, webUi, requestedBy, startedAt, timeZone } = onboarding;
  const nameOf = useNames();
  const title = `${feedDmsTitles[dms]} onboarding of ${dealerTitle(onboarding)}`;
  return (
    <Stack gap={4}>
      <BackLink to="/feeds">Feeds</BackLink>
      <Group justify="space-between" align="start">
        <Group gap="sm">
          <PageTitle tab={title}>{title}</PageTitle>
          <StateBadge state={stopped ? 'stopped' : state} />
        </Group>
        <Group gap="xs">
          <OnboardingActions onboarding={onboarding} />
          <LinkButton to="/dealers/$account" params={{ account }} variant="default" size="xs">
            Dealer
          </LinkButton>
          {webUi && (
            <Button component="a" href={webUi} target="_blank" rel="noreferrer" variant="default" size="xs">
              Temporal Web UI
            </Button>
          )}
        </Group>
      </Group>
      <Text c="dimmed">
        {kinds.length > 0 ? kindsInWords(kinds) : 'It is not known yet what the dealer wants'} · requested by{' '}
        {nameOf(requestedBy)} · <At at={startedAt} dealerZone={timeZone} />
      </Text>
    </Stack>
  );
}
