import { Badge, Group, Paper, Stack, Text } from '@mantine/core';
import { Fragment, type ReactNode } from 'react';
import { isIntegrationName, vendorTitle } from '../../../domain/shared/vendors.ts';
import { Link } from './Link.tsx';
import { TaskBadge } from './TaskBadge.tsx';
import { useNames } from './usePeople.ts';
import { useNow, When } from './When.tsx';

interface ShownTask {
  id: string;
  title: string;
  /** Absent on the dealer's own page. */
  dealerName?: string | null;
  account?: string | null;
  integration: string | null;
  state: string;
  assignee: string | null;
  dueAt: string | null;
  followUpAt: string | null;
}

/** A short list of tasks. */
export function TaskRows({ children }: { children: ReactNode }) {
  return (
    <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
      {children}
    </Stack>
  );
}

export function TaskRow({ task }: { task: ShownTask }) {
  const now = useNow();
  const nameOf = useNames();
  const { integration, dueAt, followUpAt } = task;
  const vendor = integration && isIntegrationName(integration) ? vendorTitle(integration) : integration;
  const isLater = followUpAt !== null && Date.parse(followUpAt) > now;
  return (
    <Paper component="li" withBorder p="xs">
      <Group justify="space-between" gap="xs" align="start">
        <div style={{ flex: '1 1 14rem', minWidth: 0 }}>
          <Link to="/tasks/$id" params={{ id: task.id }} fw={600}>
            {task.title}
          </Link>
          <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {[task.dealerName, task.account, vendor, task.assignee && nameOf(task.assignee)]
              .filter(Boolean)
              .map((fact, index) => (
                <Fragment key={fact}>
                  {index > 0 && ' · '}
                  <Text span inherit style={fact === task.account ? { whiteSpace: 'nowrap' } : undefined}>
                    {fact}
                  </Text>
                </Fragment>
              ))}
          </Text>
        </div>
        <Group gap="xs">
          {dueAt && Date.parse(dueAt) < now && (
            <Badge color="red" variant="light">
              late
            </Badge>
          )}
          <TaskBadge task={task} />
          <Text size="sm" c="dimmed">
            {isLater ? (
              <>
                back <When at={followUpAt} />
              </>
            ) : (
              dueAt && (
                <>
                  due <When at={dueAt} />
                </>
              )
            )}
          </Text>
        </Group>
      </Group>
    </Paper>
  );
}
