import { Checkbox, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { vendorTitle } from '../../../../domain/shared/vendors.ts';
import { Link } from '../../parts/Link.tsx';
import { TaskBadge } from '../../parts/TaskBadge.tsx';
import { useNamesAndYou } from '../../parts/usePeople.ts';
import { Due } from './Facts.tsx';
import { groupsOf } from './groups.ts';
import { type ListProps, Priority } from './TaskTable.tsx';
import type { TaskRow } from './useTaskList.ts';

/** The list of tasks on a phone. */
export function TaskCards({ rows, grouped, ...rest }: ListProps) {
  if (!grouped) return <Cards rows={rows} {...rest} />;
  return groupsOf(rows).map(({ key, title, rows }) => (
    <section key={key} aria-label={title}>
      <Title order={2} size="h5" mb={4}>
        {title}
      </Title>
      <Cards rows={rows} {...rest} />
    </section>
  ));
}

function Cards({ rows, selected, onSelect }: Omit<ListProps, 'grouped'>) {
  const chosen = selected.map(({ id }) => id);
  return (
    <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Tasks">
      {rows.map((task) => (
        <Card
          key={task.id}
          task={task}
          isSelected={chosen.includes(task.id)}
          onToggle={() =>
            onSelect(chosen.includes(task.id) ? chosen.filter((id) => id !== task.id) : [...chosen, task.id])
          }
        />
      ))}
    </Stack>
  );
}

function Card({ task, isSelected, onToggle }: { task: TaskRow; isSelected: boolean; onToggle: () => void }) {
  const nameOf = useNamesAndYou();
  const { content, dealerName, account, integration, assignee, dueAt, priority, state, followUpAt } = task;
  return (
    <Paper component="li" withBorder p="sm">
      <Group wrap="nowrap" align="start" gap="sm">
        <Checkbox mt={4} aria-label={`Select ${content.title}`} checked={isSelected} onChange={onToggle} />
        <Stack gap={4} style={{ minWidth: 0 }}>
          <Link
            to="/tasks/$id"
            params={{ id: task.id }}
            fw={600}
            data-task={task.id}
            style={{ overflowWrap: 'anywhere' }}
          >
            {content.title}
          </Link>
          <Text size="sm" c="dimmed">
            {[dealerName, account, integration && vendorTitle(integration)].filter(Boolean).join(' · ')}
          </Text>
          <Group gap={6}>
            {(state !== 'open' || followUpAt) && <TaskBadge task={task} />}
            {priority !== 'normal' && <Priority priority={priority} />}
            <Text size="sm">{assignee ? nameOf(assignee) : 'nobody'}</Text>
          </Group>
          {dueAt && (
            <Text size="sm" component="div">
              <Due at={dueAt} />
            </Text>
          )}
        </Stack>
      </Group>
    </Paper>
  );
}
