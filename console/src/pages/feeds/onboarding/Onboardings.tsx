import { Group, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { feedDmsTitles } from '../../../../../domain/feeds/feeds.ts';
import { kindsInWords, onboardingWaitTitles } from '../../../../../domain/feeds/onboarding.ts';
import type { components } from '../../../app/api.generated.ts';
import { api, bodyOf } from '../../../app/api.ts';
import { useSession } from '../../../app/session.tsx';
import { dealerTitle } from '../../../parts/dealerTitle.ts';
import { Link } from '../../../parts/Link.tsx';
import { ProblemAlert } from '../../../parts/ProblemAlert.tsx';
import { Section } from '../../../parts/Section.tsx';
import { ShowMore } from '../../../parts/ShowMore.tsx';
import { StateBadge } from '../../../parts/StateBadge.tsx';
import { useWaitedFor } from '../../../parts/useWaitedFor.ts';
import { At } from '../../../parts/When.tsx';
import { refetchInterval } from '../useFeed.ts';
import { byNeed, isBlocking } from './byNeed.ts';

type Row = components['schemas']['OnboardingSummary'];

/** The onboardings of a dealer, the newest first, or else those in progress, first those that need the reader; nothing where there is none. */
export function Onboardings({ account }: { account?: string }) {
  const query = account === undefined ? { open: true, limit: 100 } : { account, limit: 50 };
  const found = useInfiniteQuery({
    queryKey: ['onboardings', account],
    queryFn: ({ pageParam }) =>
      bodyOf(api.GET('/v1/feeds/onboardings', { params: { query: { ...query, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval,
  });
  const { teams } = useSession();
  const all = found.data?.pages.flatMap(({ onboardings }) => onboardings) ?? [];
  const rows = account === undefined ? byNeed(all, teams) : all;
  const problem = <ProblemAlert error={found.error} labels={{ 'query account': 'Dealer ID' }} />;
  if (rows.length === 0) return problem;
  return (
    <Section title={account === undefined ? 'Onboardings in progress' : 'Onboardings'} framed>
      {problem}
      <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
        {rows.map((one) => (
          <OnboardingRow key={one.id} onboarding={one} isOfDealer={account !== undefined} />
        ))}
      </Stack>
      <ShowMore of={found} size="xs" style={{ alignSelf: 'start' }} />
    </Section>
  );
}

function OnboardingRow({ onboarding, isOfDealer }: { onboarding: Row; isOfDealer: boolean }) {
  const { id, dms, kinds, state, stopped, closedAt, timeZone, openTasks } = onboarding;
  const standing = useStanding(onboarding);
  const files = [feedDmsTitles[dms], kindsInWords(kinds)].filter(Boolean).join(' ');
  return (
    <Group component="li" gap="xs">
      <Link to="/feeds/onboardings/$id" params={{ id }} fw={600}>
        {isOfDealer ? files : dealerTitle(onboarding)}
      </Link>
      <StateBadge state={stopped ? 'stopped' : state} />
      <Text size="sm" c="dimmed">
        {!isOfDealer && `${files} · `}
        {closedAt ? <At at={closedAt} dealerZone={timeZone} /> : standing}
      </Text>
      {openTasks.filter(isBlocking).map((task) => (
        <Link
          key={task.id}
          to="/tasks/$id"
          params={{ id: task.id }}
          size="sm"
          c="var(--mantine-color-red-text)"
          underline="always"
        >
          {task.title}
        </Link>
      ))}
    </Group>
  );
}

/** Where it stands, and who or what must act. */
function useStanding({ steps }: Row): string {
  const waitedFor = useWaitedFor(onboardingWaitTitles);
  const current = steps.filter(({ state }) => state === 'running' || state === 'waiting');
  if (current.length === 0) return 'begins';
  return current
    .map(({ title, waitingOn }) => (waitingOn ? `${title}, waiting for ${waitedFor(waitingOn)}` : title))
    .join('; ');
}
