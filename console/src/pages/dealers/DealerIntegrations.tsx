import { Group, Paper, Stack, Text } from '@mantine/core';
import type { Dealer } from '../../app/api.ts';
import { CopyButton } from '../../parts/CopyButton.tsx';
import { Section } from '../../parts/Section.tsx';
import { IntegrationState } from '../cancellations/IntegrationState.tsx';

/** The dealer's integrations, its IDs at the vendors, and what has become of each. */
export function DealerIntegrations({ dealer: { integrations, lookup, cancellations } }: { dealer: Dealer }) {
  return (
    <Section title="Integrations">
      {integrations.length === 0 && (
        <Text c="dimmed">
          {lookup.state === 'found' ? 'The dealer has no integrations.' : 'The integrations are not known now.'}
        </Text>
      )}
      <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Integrations">
        {integrations.map(({ integration, vendorName, dealerId, fortellisOrgId, hasProcedure }) => (
          <Paper key={integration} component="li" withBorder p="xs">
            <Group justify="space-between" gap="xs">
              <div style={{ overflowWrap: 'anywhere' }}>
                <Text fw={600}>{vendorName}</Text>
                <Text size="sm">
                  ID {dealerId} <CopyButton label={`${vendorName} ID`} value={dealerId} />
                </Text>
                {fortellisOrgId && (
                  <Text size="sm">
                    Fortellis organization {fortellisOrgId}{' '}
                    <CopyButton label="Fortellis organization" value={fortellisOrgId} />
                  </Text>
                )}
              </div>
              {hasProcedure ? (
                <IntegrationState integration={integration} of={cancellations} />
              ) : (
                <Text size="sm" c="dimmed">
                  No procedure for this vendor
                </Text>
              )}
            </Group>
          </Paper>
        ))}
      </Stack>
    </Section>
  );
}
