import { Alert, Stack, Text } from '@mantine/core';
import { stoppedByOutage } from '../../../../domain/cancellations/systems.ts';
import type { SystemCode } from '../../../../domain/shared/actors.ts';
import type { Overview } from '../../app/api.ts';
import { At, When } from '../../parts/When.tsx';

/** Outside systems that fail now: since when, what that stops, and what failed. */
export function FailingSystems({ overview: { failingSystems, cancellations } }: { overview: Overview }) {
  if (failingSystems.length === 0) return null;
  return (
    <Stack gap="xs" component="section" aria-label="Outside systems that fail">
      {failingSystems.map(({ system, name, since, lastFailedAt, reason }) => (
        <Alert key={system} color="red" role="alert" title={`${name} fails`}>
          <Text size="sm">
            Since <At at={since} />. {stoppedByOutage[system as SystemCode]} {waiting(system, cancellations)}
          </Text>
          <Text size="sm" mt={4} style={{ overflowWrap: 'anywhere' }}>
            Last failed call <When at={lastFailedAt} />: {reason}. Dealerops retries, and continues by itself.
          </Text>
        </Alert>
      ))}
    </Stack>
  );
}

function waiting(system: string, cancellations: Overview['cancellations']): string {
  const count = cancellations?.waitingFor.find(({ on }) => on === system)?.count ?? 0;
  if (count === 0) return '';
  return count === 1 ? '1 integration waits for it now.' : `${count} integrations wait for it now.`;
}
