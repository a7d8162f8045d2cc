import { Anchor, Group, Stack, Text } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useLocation, useNavigate, useSearch } from '@tanstack/react-router';
import { api, bodyOf } from '../../../app/api.ts';
import { stringifySearch } from '../../../app/searchParameters.ts';
import { DealerField } from '../../../parts/DealerField.tsx';
import { Empty } from '../../../parts/Empty.tsx';
import { NoMatch } from '../../../parts/NoMatch.tsx';
import { PageTitle } from '../../../parts/PageTitle.tsx';
import { ProblemAlert } from '../../../parts/ProblemAlert.tsx';
import { ShowMore } from '../../../parts/ShowMore.tsx';
import { useDealer } from '../../../parts/useDealer.ts';
import { ActivityFilters } from './ActivityFilters.tsx';
import { ActivityTable } from './ActivityTable.tsx';
import { type ActivitySearch, filterLabels, filterOf, fitting, placeOf } from './filter.ts';
import { Segments } from './Segments.tsx';

/** A dealer's Sold Units and Work Orders, by all that can be searched, with the dealer's segments. */
export function ActivitiesPage() {
  const inAddress = useSearch({ from: '/activities' });
  const vin = useLocation({ select: ({ state }) => state.vin });
  const search: ActivitySearch = { ...inAddress, ...(vin && { vin }) };
  const { account, ...filters } = search;
  const navigate = useNavigate({ from: '/activities' });
  const dealer = useDealer(account);
  const found = useInfiniteQuery({
    queryKey: ['activities', search],
    queryFn: ({ pageParam, signal }) =>
      bodyOf(
        api.GET('/v1/activities', {
          params: {
            query: { account: account!, contact: filters.contact, ...filterOf(filters), cursor: pageParam, limit: 25 },
          },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    enabled: account !== undefined,
  });
  const rows = account === undefined ? undefined : found.data?.pages.flatMap(({ activities }) => activities);
  const change = (part: ActivitySearch) => {
    const { vin: _, ...toAddress } = part;
    return navigate({
      search: (before) => fitting({ ...before, ...toAddress }),
      state: (before) => ('vin' in part ? { ...before, vin: part.vin } : before),
      ...{ replace: true, resetScroll: false },
    });
  };
  const clear = () => navigate({ search: { account } });
  return (
    <Stack>
      <PageTitle>Activities</PageTitle>
      <DealerField
        account={account}
        name={dealer.data?.name ?? null}
        onChoose={(chosen) => navigate({ search: { account: chosen } })}
      />
      {account === undefined && (
        <Empty>Choose the dealer whose customers’ Sold Units and Work Orders you want to see.</Empty>
      )}
      {account !== undefined && (
        <>
          <Segments
            account={account}
            filters={filters}
            onChoose={(filter) => navigate(placeOf({ account, ...filter }))}
          />
          <ActivityFilters filters={filters} onChange={change} />
          <ProblemAlert error={found.error} labels={filterLabels} />
          <Group justify="space-between">
            <Text size="sm" c="dimmed">
              The latest first, by Sold Date or Work Order Date
            </Text>
            <Anchor size="sm" href={`/v1/activities.csv${stringifySearch(search)}`} download>
              Download all of them as CSV
            </Anchor>
          </Group>
          {rows?.length === 0 && isFiltered(filters) && <NoMatch what="activities" onClear={clear} />}
          {rows?.length === 0 && !isFiltered(filters) && (
            <Empty>The dealer has no activities yet. They come with the first file of a feed.</Empty>
          )}
          {rows?.length !== 0 && !found.error && <ActivityTable rows={rows} isPending={found.isPending} />}
          <ShowMore of={found} style={{ alignSelf: 'center' }} />
        </>
      )}
    </Stack>
  );
}

const isFiltered = (filters: ActivitySearch) => Object.values(filters).some((value) => value !== undefined);
