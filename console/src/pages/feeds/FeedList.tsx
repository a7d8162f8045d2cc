import 'mantine-datatable/styles.layer.css';
import { Group, NativeSelect, Stack, Text } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { DataTable, type DataTableColumn } from 'mantine-datatable';
import { feedDmsTitles } from '../../../../domain/feeds/feeds.ts';
import { lastSearch } from '../../app/lastSearch.ts';
import { mayChangeFeeds } from '../../app/places.ts';
import { useSession } from '../../app/session.tsx';
import { BackLink } from '../../parts/BackLink.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { Link, LinkButton } from '../../parts/Link.tsx';
import { NoMatch } from '../../parts/NoMatch.tsx';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { RemovableFilter } from '../../parts/RemovableFilter.tsx';
import { ShowMore } from '../../parts/ShowMore.tsx';
import { When } from '../../parts/When.tsx';
import { FeedState } from './FeedState.tsx';
import { OutcomeBadge } from './OutcomeBadge.tsx';
import type { FeedSearch } from './search.ts';
import { feedsQuery } from './useFeed.ts';
import { countsWords, feedTitle, kindTitles, type ListedFeed, outcomeOf } from './words.ts';

/** All feed imports, the newest first, each with its state and its last run. */
export function FeedList() {
  const filters = useSearch({ from: '/feeds/imports' });
  const navigate = useNavigate({ from: '/feeds/imports' });
  const session = useSession();
  const change = (part: FeedSearch) =>
    navigate({ search: (before) => ({ ...before, ...part }), replace: true, resetScroll: false });
  const found = useInfiniteQuery({ ...feedsQuery(filters), placeholderData: keepPreviousData });
  const rows = found.data?.pages.flatMap((page) => page.imports);
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  return (
    <Stack>
      <BackLink to="/feeds" search={lastSearch('/feeds')}>
        Feeds
      </BackLink>
      <Group justify="space-between">
        <PageTitle>Feed imports</PageTitle>
        {mayChangeFeeds(session) && <LinkButton to="/feeds/new">New feed import</LinkButton>}
      </Group>
      <Filters filters={filters} onChange={change} />
      <ProblemAlert error={found.error} labels={{ 'query account': 'Dealer ID' }} />
      {rows?.length === 0 && isFiltered && <NoMatch what="feeds" onClear={() => navigate({ search: {} })} />}
      {rows?.length === 0 && !isFiltered && (
        <Empty>
          There is no feed yet. A feed takes a dealer’s sales or service files from the SFTP server every day.
        </Empty>
      )}
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

const asOptions = (any: string, titles: Readonly<Record<string, string>>) => [
  { value: '', label: any },
  ...Object.entries(titles).map(([value, label]) => ({ value, label })),
];
const options = {
  dms: asOptions('Any DMS', feedDmsTitles),
  kind: asOptions('Any kind', kindTitles),
  state: asOptions('Any state', { trial: 'Trial', active: 'Active', paused: 'Paused', ended: 'Ended' }),
};

function Filters({ filters, onChange }: { filters: FeedSearch; onChange: (part: FeedSearch) => void }) {
  const select = (name: keyof typeof options, label: string) => (
    <NativeSelect
      label={label}
      data={options[name]}
      flex="1 1 9rem"
      maw="16rem"
      value={filters[name] ?? ''}
      onChange={(event) => onChange({ [name]: event.currentTarget.value || undefined })}
    />
  );
  return (
    <Group align="end" gap="sm">
      {select('dms', 'DMS')}
      {select('kind', 'Kind')}
      {select('state', 'State')}
      {filters.account && (
        <RemovableFilter label={`Dealer ID ${filters.account}`} onRemove={() => onChange({ account: undefined })} />
      )}
    </Group>
  );
}

const columns: DataTableColumn<ListedFeed>[] = [
  { accessor: 'dealerName', title: 'Feed', render: (row) => <Feed row={row} /> },
  { accessor: 'lastRun', title: 'Last run', render: (row) => <LastRun row={row} /> },
  {
    accessor: 'localTime',
    title: 'Daily',
    visibleMediaQuery: '(min-width: 62em)',
    render: ({ localTime, timeZone }) => `${localTime}, ${timeZone}`,
  },
];

function Feed({ row }: { row: ListedFeed }) {
  return (
    <div>
      <Group gap={6}>
        <Link to="/feeds/$id" params={{ id: row.id }} fw={600}>
          {row.dealerName ?? `Dealer ${row.account}`}
        </Link>
        <FeedState feed={row} />
      </Group>
      <Text size="sm" c="dimmed">
        {feedTitle(row)} · {row.account}
      </Text>
    </div>
  );
}

function LastRun({ row: { lastRun } }: { row: ListedFeed }) {
  if (!lastRun) return 'None yet';
  return (
    <div>
      <Group gap={6}>
        <OutcomeBadge look={outcomeOf(lastRun)} />
        <Text size="sm">
          <When at={lastRun.endedAt ?? lastRun.startedAt} />
        </Text>
      </Group>
      <Text size="sm" c="dimmed">
        {lastRun.reason ?? countsWords(lastRun.counts)}
      </Text>
    </div>
  );
}
