import { Badge, Button, Group, NativeSelect, Paper, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { vendorTitle } from '../../../../domain/shared/vendors.ts';
import { api, bodyOf, type TaskList as Page } from '../../app/api.ts';
import { Link, useFilters } from '../../app/router.tsx';
import { useSession } from '../../app/session.tsx';
import { DealerFilters } from '../../parts/DealerFilters.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { StateBadge } from '../../parts/StateBadge.tsx';
import { useNow, When } from '../../parts/When.tsx';

type Row = Page['tasks'][number];
const states = [
  { value: '', label: 'Not finished' },
  { value: 'open', label: 'Open' },
  { value: 'claimed', label: 'Claimed' },
  { value: 'escalated', label: 'Escalated' },
  { value: 'done', label: 'Done' },
  { value: 'not_completed', label: 'Not completed' },
  { value: 'closed', label: 'Closed' },
] as const;

/** The tasks of people, the most urgent first. */
export function TaskList() {
  const [filters, setFilter] = useFilters();
  const { personId } = useSession();
  const whose = filters.get('whose') ?? 'all';
  const state = filters.get('state') as (typeof states)[number]['value'] | null;
  const query = {
    state: state ? [state] : undefined,
    integration: (filters.get('integration') as Row['integration'] | null) ?? undefined,
    account: filters.get('account') ?? undefined,
    assignee: whose === 'mine' ? 'me' : undefined,
    overdue: whose === 'overdue' ? true : undefined,
  };
  const tasks = useInfiniteQuery({
    queryKey: ['tasks', query],
    queryFn: ({ pageParam }) => bodyOf(api.GET('/v1/tasks', { params: { query: { ...query, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const rows = tasks.data?.pages.flatMap((page) => page.tasks);
  return (
    <Stack>
      <Title order={1} size="h2">
        Tasks
      </Title>
      <Group align="end" gap="sm">
        <SegmentedControl
          aria-label="Whose tasks"
          value={whose}
          onChange={(value) => setFilter('whose', value === 'all' ? null : value)}
          data={[
            { value: 'all', label: 'All' },
            ...(personId ? [{ value: 'mine', label: 'Mine' }] : []),
            { value: 'overdue', label: 'Overdue' },
          ]}
        />
        <NativeSelect
          label="State"
          data={[...states]}
          value={filters.get('state') ?? ''}
          onChange={(event) => setFilter('state', event.currentTarget.value)}
        />
        <DealerFilters />
      </Group>
      <ProblemAlert error={tasks.error} />
      {rows?.length === 0 && (
        <Text c="dimmed" py="lg">
          No tasks match these filters.
        </Text>
      )}
      <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Tasks">
        {rows?.map((task) => (
          <TaskRow key={task.id} task={task} />
        ))}
      </Stack>
      {tasks.hasNextPage && (
        <Button variant="default" onClick={() => tasks.fetchNextPage()} loading={tasks.isFetchingNextPage}>
          Show more
        </Button>
      )}
    </Stack>
  );
}

function TaskRow({ task }: { task: Row }) {
  const finished = task.closedAt !== null;
  return (
    <Paper component="li" withBorder p="sm">
      <Group justify="space-between" gap="xs" align="start">
        <div style={{ flex: '1 1 20rem' }}>
          <Link to={`/tasks/${task.id}`} fw={600}>
            {task.content.title}
          </Link>
          <Text size="sm" c="dimmed">
            {[task.dealerName, task.account, task.integration && vendorTitle(task.integration)]
              .filter(Boolean)
              .join(' · ')}
          </Text>
        </div>
        <Group gap="xs">
          {task.assignee && <Text size="sm">{task.assignee}</Text>}
          <StateBadge state={task.state} />
          <Due task={task} finished={finished} />
        </Group>
      </Group>
    </Paper>
  );
}

/** When a task is to be done, and whether that has passed. */
export function Due({
  task,
  finished,
}: {
  task: { dueAt: string | null; closedAt: string | null };
  finished: boolean;
}) {
  const now = useNow();
  if (finished) return task.closedAt && <When at={task.closedAt} size="sm" c="dimmed" />;
  if (!task.dueAt) return null;
  return (
    <Group gap={6} wrap="nowrap">
      {Date.parse(task.dueAt) < now && <Badge color="red">overdue</Badge>}
      <Text size="sm">
        due <When at={task.dueAt} />
      </Text>
    </Group>
  );
}
