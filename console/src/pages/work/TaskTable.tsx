import 'mantine-datatable/styles.css';
import { Badge, Group, Stack, Text, Title } from '@mantine/core';
import { DataTable, type DataTableColumn, type DataTableSortStatus } from 'mantine-datatable';
import type { TaskSort } from '../../../../domain/shared/taskLists.ts';
import { vendorTitle } from '../../../../domain/shared/vendors.ts';
import { sentenceCase } from '../../../../domain/shared/words.ts';
import { Link } from '../../parts/Link.tsx';
import { TaskBadge } from '../../parts/TaskBadge.tsx';
import { useNamesAndYou } from '../../parts/usePeople.ts';
import { At, When } from '../../parts/When.tsx';
import { Due } from './Facts.tsx';
import { groupsOf } from './groups.ts';
import type { WorkSearch } from './search.ts';
import type { TaskRow } from './useTaskList.ts';
import classes from './work.module.css';

export interface ListProps {
  rows: TaskRow[];
  /** The one that the keys mean. */
  active?: string;
  selected: TaskRow[];
  onSelect: (ids: string[]) => void;
  onOpen: (id: string) => void;
  /** A part of the list for each dealer. */
  grouped: boolean;
}

interface Props extends ListProps {
  search: WorkSearch;
  change: (part: Partial<WorkSearch>) => void;
  /** A task is open beside the list. */
  isNarrow: boolean;
  /** Tasks open beside the list. */
  isWide: boolean;
}

/** The list of tasks as a table. */
export function TaskTable({ rows, grouped, ...rest }: Props) {
  if (!grouped) return <Rows rows={rows} {...rest} />;
  return groupsOf(rows).map((group) => (
    <section key={group.key} aria-label={group.title}>
      <Title order={2} size="h5" mb={4}>
        {group.title}{' '}
        <Text span c="dimmed" size="sm">
          {group.rows.length === 1 ? 'one task' : `${group.rows.length} tasks`}
        </Text>
      </Title>
      <Rows rows={group.rows} isGroup {...rest} />
    </section>
  ));
}

function Rows({ rows, isGroup, ...rest }: Omit<Props, 'grouped'> & { isGroup?: boolean }) {
  const { active, selected, onSelect, onOpen, search, change, isNarrow, isWide } = rest;
  const nameOf = useNamesAndYou();
  const sortStatus: DataTableSortStatus<TaskRow> = {
    columnAccessor: search.sort ?? 'priority',
    direction: search.order ?? 'asc',
  };
  const here = new Set(rows.map(({ id }) => id));
  const all: (DataTableColumn<TaskRow> & { accessor: string })[] = [
    {
      accessor: 'task',
      title: 'Task',
      render: (task) => (
        <Stack gap={2}>
          <TaskLink task={task} isWide={isWide} search={search} onOpen={onOpen} />
          {isNarrow && !isGroup && (
            <Text size="xs" c="dimmed">
              {[task.dealerName, task.account].filter(Boolean).join(' · ')}
            </Text>
          )}
          {(task.state !== 'open' || task.followUpAt) && <TaskBadge task={task} />}
        </Stack>
      ),
    },
    {
      accessor: 'dealer',
      title: 'Dealer',
      sortable: true,
      hidden: isNarrow || isGroup,
      render: ({ dealerName, account }) => (
        <>
          <Text size="sm">{dealerName ?? (account ? '' : 'several dealers')}</Text>
          <Text size="xs" c="dimmed">
            {account}
          </Text>
        </>
      ),
    },
    {
      accessor: 'vendor',
      title: 'Vendor',
      sortable: true,
      hidden: isNarrow,
      render: ({ integration }) => integration && vendorTitle(integration),
    },
    { accessor: 'team', title: 'Team', sortable: true, hidden: isNarrow },
    {
      accessor: 'assignee',
      title: 'Assignee',
      sortable: true,
      hidden: isNarrow,
      render: ({ assignee }) =>
        assignee ? (
          nameOf(assignee)
        ) : (
          <Text span inherit c="dimmed">
            nobody
          </Text>
        ),
    },
    {
      accessor: 'due',
      title: 'Due',
      sortable: true,
      render: ({ dueAt }) => dueAt && <Due at={dueAt} />,
    },
    {
      accessor: 'follow-up',
      title: 'Follow-up',
      sortable: true,
      hidden: isNarrow,
      render: ({ followUpAt, followUpNote }) =>
        followUpAt && (
          <>
            <Text size="sm">
              <At at={followUpAt} />
            </Text>
            <Text size="xs" c="dimmed">
              <When at={followUpAt} />
              {followUpNote && ` · ${followUpNote}`}
            </Text>
          </>
        ),
    },
    {
      accessor: 'priority',
      title: 'Priority',
      sortable: true,
      hidden: isNarrow,
      render: ({ priority }) => <Priority priority={priority} />,
    },
  ];
  return (
    <DataTable<TaskRow>
      idAccessor="id"
      withTableBorder
      borderRadius="md"
      highlightOnHover
      verticalAlign="top"
      records={rows}
      columns={all}
      sortStatus={sortStatus}
      onSortStatusChange={({ columnAccessor, direction }) =>
        change({ sort: columnAccessor as TaskSort, order: direction, group: undefined })
      }
      selectedRecords={selected.filter(({ id }) => here.has(id))}
      onSelectedRecordsChange={(records) =>
        onSelect([...selected.filter(({ id }) => !here.has(id)), ...records].map(({ id }) => id))
      }
      allRecordsSelectionCheckboxProps={{ 'aria-label': 'Select all tasks that are shown' }}
      getRecordSelectionCheckboxProps={({ content }) => ({ 'aria-label': `Select ${content.title}` })}
      rowClassName={({ id }) => (id === active ? classes.active : undefined)}
      onRowClick={({ record, event }) => {
        // What is clicked in the row, such as a link, does its own.
        if (!(event.target as HTMLElement).closest('a, button, input, label')) onOpen(record.id);
      }}
    />
  );
}

/** Where there is room the task opens beside the list; the address keeps both. */
function TaskLink({ task, isWide, search, onOpen }: { task: TaskRow } & Pick<Props, 'isWide' | 'search' | 'onOpen'>) {
  const { title } = task.content;
  if (!isWide)
    return (
      <Link to="/tasks/$id" params={{ id: task.id }} fw={600} size="sm" data-task={task.id}>
        {title}
      </Link>
    );
  return (
    <Link
      to="/work"
      search={{ ...search, task: task.id }}
      resetScroll={false}
      fw={600}
      size="sm"
      data-task={task.id}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        onOpen(task.id);
      }}
    >
      {title}
    </Link>
  );
}

/** How urgent a task is; what is normal needs no color. */
export function Priority({ priority }: Pick<TaskRow, 'priority'>) {
  const color = { urgent: 'red', high: 'orange', normal: undefined, low: 'gray' }[priority];
  return color ? (
    <Badge variant="light" color={color}>
      {priority}
    </Badge>
  ) : (
    <Group component="span">{sentenceCase(priority)}</Group>
  );
}
