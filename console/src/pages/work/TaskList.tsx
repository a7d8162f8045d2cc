import { Badge, Button, Group, NativeSelect, Paper, SegmentedControl, Stack, Text } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { vendorTitle } from '../../../../domain/shared/vendors.ts';
import { api, bodyOf, type TaskList as Page } from '../../app/api.ts';
import { useSession } from '../../app/session.tsx';
import { DealerFilters } from '../../parts/DealerFilters.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { Link } from '../../parts/Link.tsx';
import { PageTitle } from '../../parts/PageTitle.tsx';
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
  const filters = useSearch({ from: '/work' });
  const navigate = useNavigate({ from: '/work' });
  const change = (part: typeof filters) =>
    navigate({ search: (before) => ({ ...before, ...part }), replace: true, resetScroll: false });
  const { personId } = useSession();
  const { whose, state, integration, account } = filters;
  const query = {
    state: state ? [state] : undefined,
    integration,
    account,
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
      <PageTitle>Work</PageTitle>
      <Group align="end" gap="sm">
        <SegmentedControl
          aria-label="Whose tasks"
          value={whose ?? 'all'}
          onChange={(value) => change({ whose: value === 'all' ? undefined : (value as typeof whose) })}
          data={[
            { value: 'all', label: 'All' },
            ...(personId ? [{ value: 'mine', label: 'Mine' }] : []),
            { value: 'overdue', label: 'Overdue' },
          ]}
        />
        <NativeSelect
          label="State"
          data={[...states]}
          value={state ?? ''}
          onChange={(event) => change({ state: (event.currentTarget.value || undefined) as typeof state })}
        />
        <DealerFilters filters={filters} onChange={change} />
      </Group>
      <ProblemAlert error={tasks.error} />
      {rows?.length === 0 && <Empty>No tasks match these filters.</Empty>}
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
          <Link to="/tasks/$id" params={{ id: task.id }} fw={600}>
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
