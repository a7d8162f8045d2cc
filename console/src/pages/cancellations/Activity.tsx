import { Button, Group, Paper, Stack, Switch, Text, Textarea, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { commentAction } from '../../../../domain/shared/comments.ts';
import { isIntegrationName, vendorTitle } from '../../../../domain/shared/vendors.ts';
import type { components } from '../../app/api.generated.ts';
import { api, bodyOf, type Cancellation } from '../../app/api.ts';
import { useSession } from '../../app/session.tsx';
import { Link } from '../../parts/Link.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { useNames } from '../../parts/usePeople.ts';
import { At } from '../../parts/When.tsx';
import classes from './cancellations.module.css';

type Event = components['schemas']['CancellationEvent'];

/** Everything that happened, the latest first, with what people said about it; and what one wants to say. */
export function Activity({ cancellation }: { cancellation: Cancellation }) {
  const { id, tasks } = cancellation;
  const [onlyComments, setOnlyComments] = useState(false);
  const found = useQuery({
    queryKey: ['cancellation', id, 'activity'],
    queryFn: () => bodyOf(api.GET('/v1/cancellations/{id}/activity', { params: { path: { id } } })),
  });
  const events = (found.data?.events ?? []).filter(({ action }) => !onlyComments || action === commentAction);
  const { scopes } = useSession();
  const mayComment = (['tasks:write', 'cancellations:write', 'admin'] as const).some((one) => scopes.includes(one));
  return (
    <Paper withBorder p="md" component="section" aria-label="Activity">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4">
          Activity
        </Title>
        <Switch
          label="Comments only"
          size="sm"
          checked={onlyComments}
          onChange={(event) => setOnlyComments(event.currentTarget.checked)}
        />
      </Group>
      <Stack>
        {mayComment && <NewComment id={id} />}
        <ProblemAlert error={found.error} />
        {found.data && events.length === 0 && (
          <Text c="dimmed" size="sm">
            {onlyComments ? 'No comments.' : 'Nothing has happened yet.'}
          </Text>
        )}
        <ol reversed className={classes.events}>
          {events.toReversed().map((event) => (
            <li key={event.id}>
              <EventLine event={event} task={tasks.find((task) => task.id === event.taskId)} />
            </li>
          ))}
        </ol>
      </Stack>
    </Paper>
  );
}

interface Line {
  event: Event;
  task?: Cancellation['tasks'][number];
}

function EventLine({ event: { at, by, action, detail, vendor }, task }: Line) {
  const isComment = action === commentAction;
  const who = useNames()(by);
  return (
    <>
      <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
        {isComment ? `${who} commented` : action}
      </Text>
      {detail && (
        <Text size="sm" className={isComment ? classes.comment : classes.detail}>
          {detail}
        </Text>
      )}
      <Text size="xs" c="dimmed" component="div">
        {!isComment && `${who} · `}
        {vendor && isIntegrationName(vendor) && `${vendorTitle(vendor)} · `}
        {at && <At at={at} />}
        {task && (
          <>
            {' · '}
            <Link to="/tasks/$id" params={{ id: task.id }} size="xs" underline="always">
              {isComment ? `on the task “${task.title}”` : 'task'}
            </Link>
          </>
        )}
      </Text>
    </>
  );
}

function NewComment({ id }: { id: string }) {
  const queries = useQueryClient();
  const [text, setText] = useState('');
  // The same comment sent again, such as after a lost answer, is one.
  const commentId = useRef(crypto.randomUUID());
  const add = useMutation({
    mutationFn: () =>
      bodyOf(
        api.PUT('/v1/cancellations/{id}/comments/{commentId}', {
          params: { path: { id, commentId: commentId.current } },
          body: { text },
        }),
      ),
    onSuccess: () => {
      commentId.current = crypto.randomUUID();
      setText('');
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['cancellation', id, 'activity'] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate();
  };
  return (
    <Stack component="form" gap="xs" onSubmit={submit}>
      <Textarea
        label="New comment"
        autosize
        minRows={2}
        maxLength={2000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <ProblemAlert error={add.error} labels={{ '/text': 'Comment' }} />
      <Group>
        <Button type="submit" variant="default" size="xs" disabled={!text.trim()} loading={add.isPending}>
          Add comment
        </Button>
      </Group>
    </Stack>
  );
}
