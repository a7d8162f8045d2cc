import { Alert, Badge, Group, Paper, Stack, Text } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { api, bodyOf, type ListedDealer } from '../../app/api.ts';
import { Empty } from '../../parts/Empty.tsx';
import { Link } from '../../parts/Link.tsx';
import { Loading } from '../../parts/Loading.tsx';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { SearchField } from '../../parts/SearchField.tsx';
import { ShowMore } from '../../parts/ShowMore.tsx';
import { When } from '../../parts/When.tsx';
import { ListedCancellation } from '../cancellations/ListedCancellation.tsx';

/** Dealers, those with the latest activity first, or those that a search finds. */
export function DealerList() {
  const { search = '' } = useSearch({ from: '/dealers' });
  const navigate = useNavigate({ from: '/dealers' });
  const found = useInfiniteQuery({
    queryKey: ['dealers', search],
    queryFn: ({ pageParam, signal }) =>
      bodyOf(api.GET('/v1/dealers', { params: { query: { search, cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const rows = found.data?.pages.flatMap(({ dealers }) => dealers);
  const incomplete = found.data?.pages.find((page) => page.incomplete)?.incomplete;
  return (
    <Stack>
      <PageTitle>Dealers</PageTitle>
      <SearchField
        type="search"
        label="Name or ID"
        description="CST finds dealers by the beginning of their name and by their whole ID. Dealers that had a cancellation or a task are found by any part of either; those that had a cancellation also by their whole ID at the vendor."
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        maxLength={100}
        autoFocus
        value={search}
        onSearch={(text) => navigate({ search: { search: text || undefined }, replace: true, resetScroll: false })}
      />
      <ProblemAlert error={found.error} labels={{ 'query search': 'Name or ID' }} />
      {incomplete && (
        <Alert color="yellow" role="status">
          {incomplete}
        </Alert>
      )}
      {found.isPending && <Loading what="the dealers" />}
      {rows?.length === 0 && <Empty>{search ? nothingFound(search) : nothingYet}</Empty>}
      {rows && rows.length > 0 && (
        <Text size="sm" c="dimmed">
          {search ? 'Best matches first' : 'Latest activity first'}
        </Text>
      )}
      <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Dealers">
        {rows?.map((dealer) => (
          <DealerRow key={dealer.account} dealer={dealer} />
        ))}
      </Stack>
      <ShowMore of={found} />
    </Stack>
  );
}

const nothingYet = 'Nothing has happened to any dealer yet: search for one by its name or ID.';
const nothingFound = (search: string) =>
  `No dealer was found for “${search}”: try the beginning of its name, or its whole ID.`;

function DealerRow({ dealer }: { dealer: ListedDealer }) {
  const { account, name, lastActivityAt, openTasks, matched, cancellations: latest } = dealer;
  return (
    <Paper component="li" withBorder p="sm">
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <Link to="/dealers/$account" params={{ account }} fw={600}>
            {name ?? `Dealer ${account}`}
          </Link>
          {name && <Text c="dimmed">{account}</Text>}
          {matched && (
            <Text size="sm" c="dimmed">
              {matched.label} {matched.value}
            </Text>
          )}
        </Group>
        <Group gap="sm">
          {latest && <ListedCancellation latest={latest} />}
          {latest === undefined && (
            <Text size="sm" c="dimmed">
              cancellations not known now
            </Text>
          )}
          {openTasks > 0 && (
            <Badge variant="light">{openTasks === 1 ? '1 open task' : `${openTasks} open tasks`}</Badge>
          )}
          {lastActivityAt && (
            <Text size="sm" c="dimmed">
              last activity <When at={lastActivityAt} />
            </Text>
          )}
        </Group>
      </Group>
    </Paper>
  );
}
