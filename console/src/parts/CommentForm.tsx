import { Group, Stack, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { ActionButton } from './ActionButton.tsx';
import { ProblemAlert } from './ProblemAlert.tsx';

interface Props {
  /** Sends it; the same ID again, such as after a lost answer, is the same comment. */
  send: (commentId: string, text: string) => Promise<unknown>;
  /** Afterwards, also when it was refused. */
  onSettled: () => Promise<unknown>;
  /** Why this person may not comment. */
  missing?: string;
  description?: string;
}

/** A new comment, which is sent once. */
export function CommentForm({ send, onSettled, missing, description }: Props) {
  const [text, setText] = useState('');
  const id = useRef(crypto.randomUUID());
  const add = useMutation({
    mutationFn: () => send(id.current, text),
    onSuccess: () => {
      id.current = crypto.randomUUID();
      setText('');
    },
    onSettled,
  });
  const notYet = missing ?? (text.trim() ? undefined : 'Write the comment first.');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!notYet && !add.isPending) add.mutate();
  };
  return (
    <Stack component="form" gap="xs" onSubmit={submit}>
      <Textarea
        label="New comment"
        description={description}
        autosize
        minRows={2}
        maxLength={2000}
        disabled={missing !== undefined}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <ProblemAlert error={add.error} labels={{ '/text': 'Comment' }} />
      <Group>
        <ActionButton type="submit" variant="default" size="xs" missing={notYet} loading={add.isPending}>
          Add comment
        </ActionButton>
      </Group>
    </Stack>
  );
}
