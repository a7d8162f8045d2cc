import {
  Alert,
  Button,
  CloseButton,
  Group,
  List,
  Modal,
  NativeSelect,
  Paper,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiProblem, api, bodyOf } from '../../app/api.ts';
import { ActionButton } from '../../parts/ActionButton.tsx';
import { Link } from '../../parts/Link.tsx';
import { useMembers } from './Assignee.tsx';
import { pathOf, refreshTasks } from './decide.ts';
import { FollowUpDate } from './FollowUp.tsx';
import type { TaskRow } from './useTaskList.ts';
import { withRetries } from './withRetries.ts';

interface Result {
  task: TaskRow;
  /** Why it was not done. */
  problem?: string;
  /** Whether it may have been done all the same: nobody has answered. */
  unknown?: boolean;
}

/** At the same time: the service is not to be flooded by one click. */
const atOnce = 4;

/** Does the same with each task. @returns what became of each, in their order */
async function doWithEach(tasks: TaskRow[], send: (task: TaskRow) => Promise<unknown>): Promise<Result[]> {
  const results: Result[] = [];
  const rest = [...tasks.entries()];
  const next = async (): Promise<void> => {
    const one = rest.shift();
    if (!one) return;
    const [index, task] = one;
    results[index] = await withRetries(() => send(task)).then(
      () => ({ task }),
      (error: Error) => ({ task, problem: error.message, unknown: isUnanswered(error) }),
    );
    await next();
  };
  await Promise.all(Array.from({ length: atOnce }, next));
  return results;
}

function isUnanswered(error: Error): boolean {
  return error instanceof ApiProblem && (error.problem.status === 0 || error.problem.status >= 500);
}

interface Props {
  tasks: TaskRow[];
  onClear: () => void;
  /** The tasks with which it could not be done stay selected. */
  onLeft: (ids: string[]) => void;
}

/** Does the same with all selected tasks, and says what became of each. */
export function BulkActions({ tasks, onClear, onLeft }: Props) {
  const queries = useQueryClient();
  const [asking, setAsking] = useState<'assign' | 'follow-up'>();
  const run = useMutation({
    mutationFn: ({ send }: { said: string; send: (task: TaskRow) => Promise<unknown> }) => doWithEach(tasks, send),
    onSuccess: (results) => {
      setAsking(undefined);
      onLeft(results.flatMap(({ task, problem }) => (problem ? [task.id] : [])));
    },
    onSettled: () => refreshTasks(queries),
  });
  const claim = () =>
    run.mutate({
      said: 'claimed',
      send: (task) => bodyOf(api.POST('/v1/tasks/{id}/claim', { ...pathOf(task), body: {} })),
    });
  return (
    <>
      {tasks.length > 0 && (
        <Paper withBorder p="xs" component="section" aria-label="Selected tasks">
          <Group gap="xs">
            <Text size="sm" fw={600}>
              {tasks.length} selected
            </Text>
            <Button size="xs" onClick={claim} loading={run.isPending}>
              Claim
            </Button>
            <Button size="xs" variant="default" onClick={() => setAsking('assign')} disabled={run.isPending}>
              Assign …
            </Button>
            <Button size="xs" variant="default" onClick={() => setAsking('follow-up')} disabled={run.isPending}>
              Follow-up …
            </Button>
            <Button size="xs" variant="subtle" onClick={onClear}>
              Clear
            </Button>
          </Group>
        </Paper>
      )}
      {run.data && <Results results={run.data} said={run.variables.said} onClose={() => run.reset()} />}
      <Modal
        opened={asking !== undefined}
        onClose={() => setAsking(undefined)}
        title={`${asking === 'assign' ? 'Assign' : 'Put off'} ${tasks.length === 1 ? 'one task' : `${tasks.length} tasks`}`}
        centered
      >
        {asking === 'assign' && (
          <AssignAll
            tasks={tasks}
            isPending={run.isPending}
            onAssign={(to, name) =>
              run.mutate({
                said: `assigned to ${name}`,
                send: (task) => bodyOf(api.POST('/v1/tasks/{id}/assign', { ...pathOf(task), body: { to } })),
              })
            }
          />
        )}
        {asking === 'follow-up' && (
          <PutOffAll
            tasks={tasks}
            isPending={run.isPending}
            onPutOff={(on, note) =>
              run.mutate({
                said: 'put off',
                send: (task) =>
                  bodyOf(
                    api.POST('/v1/tasks/{id}/follow-up', { ...pathOf(task), body: { on, ...(note && { note }) } }),
                  ),
              })
            }
          />
        )}
      </Modal>
    </>
  );
}

function AssignAll({
  tasks,
  isPending,
  onAssign,
}: {
  tasks: TaskRow[];
  isPending: boolean;
  onAssign: (to: string, name: string) => void;
}) {
  const teams = [...new Set(tasks.map(({ team }) => team))];
  const members = useMembers(teams.length === 1 ? teams[0] : undefined);
  const [to, setTo] = useState('');
  const name = members.find(({ value }) => value === to)?.label ?? to;
  return (
    <Stack gap="sm">
      {teams.length > 1 && (
        <Text size="sm">These tasks are of several teams ({teams.join(', ')}): each goes to its own team only.</Text>
      )}
      <NativeSelect
        label="Assign to"
        data={[{ value: '', label: 'Choose a person' }, ...members]}
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
      />
      <Group>
        <ActionButton
          missing={to ? undefined : 'Choose a person first.'}
          onClick={() => onAssign(to, name)}
          loading={isPending}
        >
          Assign
        </ActionButton>
      </Group>
    </Stack>
  );
}

function PutOffAll({
  tasks,
  isPending,
  onPutOff,
}: {
  tasks: TaskRow[];
  isPending: boolean;
  onPutOff: (on: string, note: string) => void;
}) {
  const [on, setOn] = useState('');
  const [note, setNote] = useState('');
  return (
    <Stack gap="sm">
      <FollowUpDate timeZone={tasks[0]?.timeZone ?? 'America/Chicago'} value={on} onChange={setOn} />
      <TextInput
        label="Why (optional)"
        maxLength={500}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <Text size="sm" c="dimmed">
        Each returns that morning in its dealer’s time zone.
      </Text>
      <Group>
        <ActionButton
          missing={on ? undefined : 'Choose a date first.'}
          onClick={() => onPutOff(on, note.trim())}
          loading={isPending}
        >
          Put off
        </ActionButton>
      </Group>
    </Stack>
  );
}

function Results({ results, said, onClose }: { results: Result[]; said: string; onClose: () => void }) {
  const failed = results.filter(({ problem }) => problem);
  const done = results.length - failed.length;
  return (
    <Alert color={failed.length > 0 ? 'yellow' : 'green'} role="status" title={`${done} of ${results.length} ${said}`}>
      <Group justify="space-between" align="start" wrap="nowrap">
        <List size="sm">
          {results.map(({ task, problem, unknown }) => (
            <List.Item key={task.id}>
              <Link to="/tasks/$id" params={{ id: task.id }} size="sm">
                {task.content.title}
              </Link>
              : {problem ? `${unknown ? `not confirmed as ${said}` : `not ${said}`}. ${problem}` : said}
            </List.Item>
          ))}
        </List>
        <CloseButton aria-label="Close the results" onClick={onClose} />
      </Group>
    </Alert>
  );
}
