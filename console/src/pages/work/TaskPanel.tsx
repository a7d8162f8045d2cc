import { CloseButton, Group, Stack, Title } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { Link } from '../../parts/Link.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { SectionLevel } from '../../parts/Section.tsx';
import { NextTask, TaskView } from './TaskView.tsx';
import { useTask } from './useTask.ts';
import type { TaskRow } from './useTaskList.ts';
import classes from './work.module.css';

interface Props {
  id: string;
  /** Grows when the person opens a task: the keyboard goes on in it. */
  entered: number;
  next?: TaskRow;
  onOpen: (id: string) => void;
  onClose: () => void;
}

/** The task that is open beside the list. */
export function TaskPanel({ id, entered, next, onOpen, onClose }: Props) {
  const found = useTask(id);
  const heading = useRef<HTMLHeadingElement>(null);
  const panel = useRef<HTMLElement>(null);
  const isThere = found.data !== undefined;
  useEffect(() => {
    if (entered > 0 && isThere) heading.current?.focus({ preventScroll: true });
  }, [entered, isThere]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another task begins at its top
  useEffect(() => {
    panel.current?.scrollTo(0, 0);
  }, [id]);
  return (
    <section ref={panel} className={classes.panel} aria-label="Task">
      <Stack gap="sm">
        <Group justify="space-between" wrap="nowrap" align="start">
          <Title ref={heading} order={2} size="h3" tabIndex={-1} style={{ outline: 'none', overflowWrap: 'anywhere' }}>
            {found.data?.content.title}
          </Title>
          <Group gap="xs" wrap="nowrap">
            <Link to="/tasks/$id" params={{ id }} size="sm" style={{ whiteSpace: 'nowrap' }}>
              Own page
            </Link>
            <CloseButton aria-label="Close the task" onClick={onClose} />
          </Group>
        </Group>
        <ProblemAlert error={found.error} />
        {found.data && (
          <SectionLevel value={3}>
            <TaskView
              key={id}
              task={found.data}
              next={<NextTask title={next?.content.title} onOpen={() => next && onOpen(next.id)} back={null} />}
            />
          </SectionLevel>
        )}
      </Stack>
    </section>
  );
}
