import 'mantine-datatable/styles.layer.css';
import { Group, NativeSelect, Stack, Text } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { DataTable, type DataTableColumn } from 'mantine-datatable';
import { integrationStates } from '../../../../domain/cancellations/cancellations.ts';
import { api, bodyOf, type CancellationList as Page } from '../../app/api.ts';
import { Empty } from '../../parts/Empty.tsx';
import { Link } from '../../parts/Link.tsx';
import { NoMatch } from '../../parts/NoMatch.tsx';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { RemovableFilter } from '../../parts/RemovableFilter.tsx';
import { SearchField } from '../../parts/SearchField.tsx';
import { ShowMore } from '../../parts/ShowMore.tsx';
import { StateBadge, stateWords } from '../../parts/StateBadge.tsx';
import { StoppedUnknown } from '../../parts/Stopped.tsx';
import { useNames } from '../../parts/usePeople.ts';
import { vendorOptions } from '../../parts/vendorOptions.ts';
import { At, When } from '../../parts/When.tsx';
import type { CancellationSearch } from './search.ts';
import { reasonWords } from './words.ts';

type Row = Page['cancellations'][number];
type Change = (part: CancellationSearch) => void;

/** All cancellations, the newest first, each with the states of its integrations. */
export function CancellationList() {
  const filters = useSearch({ from: '/cancellations' });
  const navigate = useNavigate({ from: '/cancellations' });
  const change: Change = (part) =>
    navigate({ search: (before) => ({ ...before, ...part }), replace: true, resetScroll: false });
  const found = useInfiniteQuery({
    queryKey: ['cancellations', filters],
    queryFn: ({ pageParam }) =>
      bodyOf(
        api.GET('/v1/cancellations', { params: { query: { ...filters, open: openOf(filters), cursor: pageParam } } }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const rows = found.data?.pages.flatMap((page) => page.cancellations);
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  return (
    <Stack>
      <PageTitle>Cancellations</PageTitle>
      <Filters filters={filters} onChange={change} />
      <ProblemAlert error={found.error} labels={labels} />
      {rows?.some(({ stopped }) => stopped === null) && <StoppedUnknown />}
      {rows?.length === 0 && isFiltered && <NoMatch what="cancellations" onClear={() => navigate({ search: {} })} />}
      {rows?.length === 0 && !isFiltered && <Empty>There is no cancellation yet. Start one with + New.</Empty>}
      {rows?.length !== 0 && (
        <DataTable
          records={rows}
          columns={columns}
          idAccessor="id"
          withTableBorder
          borderRadius="md"
          verticalAlign="top"
          minHeight={rows ? undefined : 160}
          fetching={found.isPending}
        />
      )}
      <ShowMore of={found} style={{ alignSelf: 'center' }} />
    </Stack>
  );
}

const labels = { '/search': 'Dealer', 'query search': 'Dealer' };
const openOf = ({ open }: CancellationSearch) => (open === undefined ? undefined : open === 'true');

const states = [
  { value: '', label: 'Any state' },
  ...integrationStates.map((value) => ({ value, label: stateWords(value) })),
];
const reasons = [
  { value: '', label: 'Any reason' },
  ...Object.entries(reasonWords).map(([value, label]) => ({ value, label })),
];
const openings = [
  { value: '', label: 'Ended or not' },
  { value: 'true', label: 'Not ended' },
  { value: 'false', label: 'Ended' },
];

function Filters({ filters, onChange }: { filters: CancellationSearch; onChange: Change }) {
  const nameOf = useNames();
  const select = (name: 'state' | 'integration' | 'reason' | 'open', label: string, data: object[]) => (
    <NativeSelect
      label={label}
      data={data as { value: string; label: string }[]}
      flex="1 1 11.5rem"
      maw="16rem"
      value={filters[name] ?? ''}
      onChange={(event) => onChange({ [name]: event.currentTarget.value || undefined })}
    />
  );
  return (
    <Group align="end" gap="sm">
      <SearchField
        label="Dealer"
        placeholder="Part of the name or ID"
        maxLength={200}
        flex="1 1 13rem"
        maw="20rem"
        value={filters.search ?? ''}
        onSearch={(search) => onChange({ search: search || undefined })}
      />
      {select('open', 'Cancellation', openings)}
      {select('state', 'Any integration is', states)}
      {select('integration', 'Vendor', vendorOptions)}
      {select('reason', 'Reason', reasons)}
      {filters.account && (
        <RemovableFilter label={`Dealer ID ${filters.account}`} onRemove={() => onChange({ account: undefined })} />
      )}
      {filters.requestedBy && (
        <RemovableFilter
          label={`Requested by ${nameOf(filters.requestedBy)}`}
          onRemove={() => onChange({ requestedBy: undefined })}
        />
      )}
    </Group>
  );
}

const wide = '(min-width: 62em)';
const columns: DataTableColumn<Row>[] = [
  { accessor: 'dealerName', title: 'Dealer', render: (row) => <Dealer row={row} /> },
  { accessor: 'integrations', title: 'Integrations', render: (row) => <Integrations row={row} /> },
  {
    accessor: 'requestedBy',
    title: 'Requested by',
    visibleMediaQuery: wide,
    render: ({ requestedBy }) => <Name by={requestedBy} />,
  },
  {
    accessor: 'startedAt',
    title: 'Requested',
    visibleMediaQuery: wide,
    render: ({ startedAt }) => startedAt && <At at={startedAt} />,
  },
  {
    accessor: 'closedAt',
    title: 'Ended',
    visibleMediaQuery: wide,
    render: ({ closedAt }) => (closedAt ? <At at={closedAt} /> : 'Not yet'),
  },
];

function Dealer({ row: { id, dealerName, account, reason, startedAt, closedAt, withdrawnAt } }: { row: Row }) {
  return (
    <div>
      <Link to="/cancellations/$id" params={{ id }} fw={600}>
        {dealerName ?? `Dealer ${account}`}
      </Link>
      <Text size="sm" c="dimmed">
        {dealerName ? `${account} · ${reasonWords[reason]}` : reasonWords[reason]}
        {withdrawnAt && ' · withdrawn'}
      </Text>
      <Text size="sm" c="dimmed" hiddenFrom="md">
        {startedAt && <When at={startedAt} />}
        {closedAt && ' · ended'}
      </Text>
    </div>
  );
}

function Name({ by }: { by: string }) {
  return useNames()(by);
}

function Integrations({ row }: { row: Row }) {
  return (
    <Stack gap={4}>
      {row.integrations.map(({ integration, vendorName, state, reinstating, stopped }) => (
        <Group key={integration} gap={6}>
          <Text size="sm">{vendorName}</Text>
          <StateBadge state={(stopped ?? row.stopped) ? 'stopped' : state} reinstating={reinstating} />
        </Group>
      ))}
    </Stack>
  );
}
