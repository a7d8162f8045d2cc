import { Group, Text } from '@mantine/core';
import type { Dealer } from '../../app/api.ts';
import { Link } from '../../parts/Link.tsx';
import { StateBadge } from '../../parts/StateBadge.tsx';
import { latestCancellation } from './latestCancellation.ts';

/** What became of an integration in the dealer's latest cancellation of it. */
export function IntegrationState({ integration, of }: { integration: string; of: Dealer['cancellations'] }) {
  if (!of)
    return (
      <Text size="sm" c="dimmed">
        Not known now
      </Text>
    );
  const latest = latestCancellation(of, integration);
  if (!latest)
    return (
      <Text size="sm" c="dimmed">
        Not canceled
      </Text>
    );
  const { id, stopped } = latest.cancellation;
  const { state, reinstating, stopped: itsStopped } = latest.standing;
  return (
    <Group gap="xs">
      <StateBadge state={(stopped ?? itsStopped) ? 'stopped' : state} reinstating={reinstating} />
      <Link to="/cancellations/$id" params={{ id }} size="sm">
        Cancellation
      </Link>
    </Group>
  );
}
