import { Text } from '@mantine/core';
import type { TaskViewName } from '../../../../domain/shared/taskLists.ts';
import type { TaskList } from '../../app/api.ts';
import { Link } from '../../parts/Link.tsx';
import { TaskRow, TaskRows } from '../../parts/TaskRows.tsx';

interface Props {
  tasks: TaskList['tasks'];
  /** What no task means. */
  empty: string;
  /** Whether there are more than these. */
  more: boolean;
  view: TaskViewName;
}

export function ShortTasks({ tasks, empty, more, view }: Props) {
  if (tasks.length === 0) return <Text c="dimmed">{empty}</Text>;
  return (
    <>
      <TaskRows>
        {tasks.map((task) => (
          <TaskRow key={task.id} task={{ ...task, title: task.content.title }} />
        ))}
      </TaskRows>
      {more && (
        <Link to="/work" search={{ view }} size="sm">
          Show all
        </Link>
      )}
    </>
  );
}
