import { Group, Text } from '@mantine/core';
import type { Dealer } from '../../app/api.ts';
import { Link } from '../../parts/Link.tsx';
import { StateBadge } from '../../parts/StateBadge.tsx';

/** What became of an integration in the dealer's latest cancellation of it. */
export function IntegrationState({ integration, of }: { integration: string; of: Dealer['cancellations'] }) {
  for (const { id, stopped, integrations } of of.cancellations) {
    const its = integrations.find((one) => one.integration === integration);
    if (its)
      return (
        <Group gap="xs">
          <StateBadge state={(stopped ?? its.stopped) ? 'stopped' : its.state} reinstating={its.reinstating} />
          <Link to="/cancellations/$id" params={{ id }} size="sm">
            Cancellation
          </Link>
        </Group>
      );
  }
  return (
    <Text size="sm" c="dimmed">
      Not canceled
    </Text>
  );
}
