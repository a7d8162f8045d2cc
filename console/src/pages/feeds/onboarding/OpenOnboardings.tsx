import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { feedDmsTitles } from '../../../../../domain/feeds/feeds.ts';
import { kindsInWords } from '../../../../../domain/feeds/onboarding.ts';
import { api, bodyOf } from '../../../app/api.ts';
import { dealerTitle } from '../../../parts/dealerTitle.ts';
import { Link } from '../../../parts/Link.tsx';
import { ProblemAlert } from '../../../parts/ProblemAlert.tsx';
import { Section } from '../../../parts/Section.tsx';
import { StateBadge } from '../../../parts/StateBadge.tsx';
import { refetchInterval } from '../useFeed.ts';

/** Onboardings in progress, the newest first; nothing where there is none. */
export function OpenOnboardings() {
  const found = useQuery({
    queryKey: ['onboardings'],
    queryFn: () => bodyOf(api.GET('/v1/feeds/onboardings', { params: { query: { open: true, limit: 50 } } })),
    refetchInterval,
  });
  const rows = found.data?.onboardings ?? [];
  if (rows.length === 0) return <ProblemAlert error={found.error} />;
  return (
    <Section title="Onboardings in progress" framed>
      <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
        {rows.map((one) => (
          <Group key={one.id} component="li" gap="xs">
            <Link to="/feeds/onboardings/$id" params={{ id: one.id }} fw={600}>
              {dealerTitle(one)}
            </Link>
            <StateBadge state={one.stopped ? 'stopped' : one.state} />
            <Text size="sm" c="dimmed">
              {feedDmsTitles[one.dms]} {kindsInWords(one.kinds)} · {stepOf(one)}
            </Text>
          </Group>
        ))}
      </Stack>
      {found.data?.nextCursor && <Text size="sm">There are more, which are older.</Text>}
    </Section>
  );
}

/** Where it stands. */
function stepOf({ steps }: { steps: readonly { title: string; state: string }[] }): string {
  return steps.find(({ state }) => state === 'running' || state === 'waiting')?.title ?? 'begins';
}
