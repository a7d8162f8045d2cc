import { Group, Text } from '@mantine/core';
import type { ListedDealer } from '../../app/api.ts';
import { Link } from '../../parts/Link.tsx';
import { StateBadge } from '../../parts/StateBadge.tsx';
import { useWaitedFor } from '../../parts/useWaitedFor.ts';

/** Where a dealer's cancellation stands: the one in progress, or else the latest. */
export function ListedCancellation({ latest }: { latest: NonNullable<ListedDealer['cancellations']> }) {
  const { id, standing, stopped, waitingFor } = latest;
  const waitedFor = useWaitedFor();
  return (
    <Group gap="xs">
      <Link to="/cancellations/$id" params={{ id }} size="sm">
        Cancellation
      </Link>
      <StateBadge state={stopped ? 'stopped' : standing.state} reinstating={standing.reinstating} />
      {!stopped && standing.state === 'waiting' && waitingFor.length > 0 && (
        <Text size="sm" c="dimmed">
          for {waitingFor.map(waitedFor).join(', ')}
        </Text>
      )}
    </Group>
  );
}
