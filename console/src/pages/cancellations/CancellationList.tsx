import { Button, Group, NativeSelect, Paper, Stack, Text } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { integrationStates } from '../../../../domain/cancellations/cancellations.ts';
import { api, bodyOf, type CancellationList as Page } from '../../app/api.ts';
import { DealerFilters } from '../../parts/DealerFilters.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { Link } from '../../parts/Link.tsx';
import { PageTitle } from '../../parts/PageTitle.tsx';
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
  const filters = useSearch({ from: '/cancellations' });
  const navigate = useNavigate({ from: '/cancellations' });
  const change = (part: typeof filters) =>
    navigate({ search: (before) => ({ ...before, ...part }), replace: true, resetScroll: false });
  const found = useInfiniteQuery({
    queryKey: ['cancellations', filters],
    queryFn: ({ pageParam }) =>
      bodyOf(api.GET('/v1/cancellations', { params: { query: { ...filters, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const rows = found.data?.pages.flatMap((page) => page.cancellations);
  return (
    <Stack>
      <PageTitle>Cancellations</PageTitle>
      <Group align="end" gap="sm">
        <NativeSelect
          label="State"
          data={states}
          value={filters.state ?? ''}
          onChange={(event) => change({ state: (event.currentTarget.value || undefined) as typeof filters.state })}
        />
        <DealerFilters filters={filters} onChange={change} />
      </Group>
      <ProblemAlert error={found.error} />
      {rows?.length === 0 && <Empty>No cancellations match these filters.</Empty>}
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
          <Link to="/cancellations/$id" params={{ id: row.id }} fw={600}>
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
