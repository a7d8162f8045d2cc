import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { actorName } from '../../../../domain/shared/actors.ts';
import { api, bodyOf } from '../../app/api.ts';
import { Empty } from '../../parts/Empty.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { SearchField } from '../../parts/SearchField.tsx';
import { At } from '../../parts/When.tsx';

/** Who changed people, API keys, accounts and other people's sessions, the newest first. */
export function Events() {
  const { by, subject } = useSearch({ from: '/admin' });
  const navigate = useNavigate({ from: '/admin' });
  const change = (part: { by?: string; subject?: string }) =>
    navigate({ search: (before) => ({ ...before, ...part }), replace: true, resetScroll: false });
  const events = useInfiniteQuery({
    queryKey: ['events', { by, subject }],
    queryFn: ({ pageParam }) =>
      bodyOf(api.GET('/v1/events', { params: { query: { by, subject, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const rows = events.data?.pages.flatMap((page) => page.events);
  return (
    <Stack gap="sm">
      <Group align="end" gap="sm">
        <SearchField
          label="By"
          placeholder="lena, or key:offboarding"
          value={by ?? ''}
          onSearch={(text) => change({ by: text || undefined })}
        />
        <SearchField
          label="What was changed"
          placeholder="person/olivia"
          value={subject ?? ''}
          onSearch={(text) => change({ subject: text || undefined })}
        />
      </Group>
      <ProblemAlert error={events.error} />
      {rows?.length === 0 && <Empty>Nothing was changed that matches these filters.</Empty>}
      <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Changes">
        {rows?.map((event) => (
          <Paper key={event.id} component="li" withBorder p="sm">
            <Group justify="space-between" gap="xs">
              <Text fw={600}>{event.action.charAt(0).toUpperCase() + event.action.slice(1)}</Text>
              <Text size="sm" c="dimmed">
                <At at={event.at} />
              </Text>
            </Group>
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {event.subject} · by {actorName(event.by)}
            </Text>
            {event.detail && (
              <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                {event.detail}
              </Text>
            )}
          </Paper>
        ))}
      </Stack>
      {events.hasNextPage && (
        <Button variant="default" onClick={() => events.fetchNextPage()} loading={events.isFetchingNextPage}>
          Show more
        </Button>
      )}
    </Stack>
  );
}
