import { Button, Group, NativeSelect, Paper, Stack, Text, Title } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { integrationStates } from '../../../../domain/cancellations/cancellations.ts';
import type { IntegrationName } from '../../../../domain/shared/vendors.ts';
import { api, bodyOf, type CancellationList as Page } from '../../app/api.ts';
import { Link, useFilters } from '../../app/router.tsx';
import { DealerFilters } from '../../parts/DealerFilters.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { StateBadge, stateWords } from '../../parts/StateBadge.tsx';
import { When } from '../../parts/When.tsx';
import { reasonWords } from './words.ts';

type Row = Page['cancellations'][number];
const states = [
  { value: '', label: 'All' },
  ...integrationStates.map((value) => ({ value, label: stateWords(value) })),
];

/** All cancellations, the newest first, each with the states of its integrations. */
export function CancellationList() {
  const [filters, setFilter] = useFilters();
  const query = {
    state: (filters.get('state') as (typeof integrationStates)[number] | null) ?? undefined,
    integration: (filters.get('integration') as IntegrationName | null) ?? undefined,
    account: filters.get('account') ?? undefined,
  };
  const found = useInfiniteQuery({
    queryKey: ['cancellations', query],
    queryFn: ({ pageParam }) =>
      bodyOf(api.GET('/v1/cancellations', { params: { query: { ...query, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const rows = found.data?.pages.flatMap((page) => page.cancellations);
  return (
    <Stack>
      <Title order={1} size="h2">
        Cancellations
      </Title>
      <Group align="end" gap="sm">
        <NativeSelect
          label="State"
          data={states}
          value={filters.get('state') ?? ''}
          onChange={(event) => setFilter('state', event.currentTarget.value)}
        />
        <DealerFilters />
      </Group>
      <ProblemAlert error={found.error} />
      {rows?.length === 0 && (
        <Text c="dimmed" py="lg">
          No cancellations match these filters.
        </Text>
      )}
      <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Cancellations">
        {rows?.map((row) => (
          <CancellationRow key={row.id} row={row} />
        ))}
      </Stack>
      {found.hasNextPage && (
        <Button variant="default" onClick={() => found.fetchNextPage()} loading={found.isFetchingNextPage}>
          Show more
        </Button>
      )}
    </Stack>
  );
}

function CancellationRow({ row }: { row: Row }) {
  return (
    <Paper component="li" withBorder p="sm">
      <Group justify="space-between" gap="xs" align="start">
        <div>
          <Link to={`/cancellations/${row.id}`} fw={600}>
            Account {row.account}
          </Link>
          <Text size="sm" c="dimmed">
            {reasonWords[row.reason]}
            {row.startedAt && (
              <>
                {' · '}
                <When at={row.startedAt} />
              </>
            )}
            {row.withdrawnAt && ' · withdrawn'}
          </Text>
        </div>
        <Stack gap={4} align="end">
          {row.integrations.map(({ integration, vendorName, state, stopped }) => (
            <Group key={integration} gap="xs" justify="end">
              <Text size="sm">{vendorName}</Text>
              <StateBadge state={(stopped ?? row.stopped) ? 'stopped' : state} />
            </Group>
          ))}
        </Stack>
      </Group>
    </Paper>
  );
}
