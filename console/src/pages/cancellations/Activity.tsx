import { Button, Group, Paper, Stack, Switch, Text, Textarea, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { commentAction } from '../../../../domain/shared/comments.ts';
import { api, bodyOf, type Cancellation } from '../../app/api.ts';
import { useSession } from '../../app/session.tsx';
import { ActivityList } from '../../parts/ActivityList.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';

/** Everything that happened, the latest first, with what people said about it; and what one wants to say. */
export function Activity({ cancellation }: { cancellation: Cancellation }) {
  const { id, timeZone } = cancellation;
  const [onlyComments, setOnlyComments] = useState(false);
  const found = useQuery({
    queryKey: ['cancellation', id, 'activity'],
    queryFn: () => bodyOf(api.GET('/v1/cancellations/{id}/activity', { params: { path: { id } } })),
  });
  const events = (found.data?.events ?? [])
    .filter(({ action }) => !onlyComments || action === commentAction)
    .map((event) => ({ ...event, process: 'cancellations', subject: id }))
    .reverse();
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
        {found.data && onlyComments && events.length === 0 ? (
          <Text c="dimmed">No comments yet.</Text>
        ) : (
          found.data && <ActivityList events={events} full={{ dealerZone: timeZone }} here={id} />
        )}
      </Stack>
    </Paper>
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
