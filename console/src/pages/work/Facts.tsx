import { Badge, Group, NativeSelect, SimpleGrid, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { taskPriorities } from '../../../../domain/shared/tasks.ts';
import { vendorTitle } from '../../../../domain/shared/vendors.ts';
import { sentenceCase } from '../../../../domain/shared/words.ts';
import { api, bodyOf, type Task } from '../../app/api.ts';
import { pageOfTask } from '../../app/places.ts';
import { Link } from '../../parts/Link.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { TaskBadge } from '../../parts/TaskBadge.tsx';
import { At, useNow, When } from '../../parts/When.tsx';
import { pathOf, refreshTasks, useMissing } from './decide.ts';

/** Whom and what a task is about, since when, and until when. */
export function Facts({ task }: { task: Task }) {
  const { account, dealerName, dealers, integration, team, openedAt, claimedAt, dueAt, timeZone } = task;
  const page = pageOfTask(task);
  return (
    <SimpleGrid cols={{ base: 1, '22rem': 2, '38rem': 3 }} type="container" spacing="xs" verticalSpacing="xs">
      <Fact label="Dealer">
        {[...(account ? [{ account, dealerName }] : []), ...dealers].map((one) => (
          <div key={one.account}>
            <Link to="/dealers/$account" params={{ account: one.account }} size="sm">
              {[one.dealerName, one.account].filter(Boolean).join(' · ')}
            </Link>
          </div>
        ))}
      </Fact>
      <Fact label="Vendor">{integration ? vendorTitle(integration) : '–'}</Fact>
      <Fact label="Team">{team}</Fact>
      <Fact label="State">
        <TaskBadge task={task} />
      </Fact>
      <Fact label="Opened">{openedAt && <At at={openedAt} />}</Fact>
      {claimedAt && !task.closedAt && (
        <Fact label="Claimed">
          <At at={claimedAt} />
        </Fact>
      )}
      {dueAt && !task.closedAt && (
        <Fact label="Due">
          <Due at={dueAt} timeZone={timeZone} />
        </Fact>
      )}
      {task.closedAt ? null : <PriorityChoice task={task} />}
      {page && account && (
        <Fact label="Part of">
          <Link to={page.to} params={{ id: task.subject }}>
            {page.title}
          </Link>
        </Fact>
      )}
    </SimpleGrid>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text size="sm" component="div" style={{ overflowWrap: 'anywhere' }}>
        {children}
      </Text>
    </div>
  );
}

/** When a task is to be done, in full and from now, and whether that has passed. */
export function Due({ at, timeZone }: { at: string; timeZone?: string }) {
  const isLate = Date.parse(at) < useNow();
  return (
    <Group gap={6} component="span">
      <At at={at} dealerZone={timeZone} />
      {isLate && (
        <Badge color="red" variant="light" style={{ flexShrink: 0 }}>
          late
        </Badge>
      )}
      <Text span size="xs" c="dimmed">
        <When at={at} />
      </Text>
    </Group>
  );
}

function PriorityChoice({ task }: { task: Task }) {
  const queries = useQueryClient();
  const missing = useMissing(task)('prioritizeTask');
  const change = useMutation({
    mutationFn: (priority: Task['priority']) =>
      bodyOf(api.POST('/v1/tasks/{id}/priority', { ...pathOf(task), body: { priority } })),
    onSettled: () => refreshTasks(queries),
  });
  return (
    <div>
      <NativeSelect
        label="Priority"
        size="xs"
        maw={140}
        labelProps={{ c: 'dimmed', fw: 400 }}
        title={missing}
        disabled={missing !== undefined || change.isPending}
        value={change.isPending ? change.variables : task.priority}
        data={taskPriorities.map((value) => ({ value, label: sentenceCase(value) }))}
        onChange={(event) => change.mutate(event.currentTarget.value as Task['priority'])}
      />
      <ProblemAlert error={change.error} />
    </div>
  );
}
