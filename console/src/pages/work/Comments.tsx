import { Group, Stack, Text, Textarea } from '@mantine/core';
import { useRef, useState } from 'react';
import { api, bodyOf, type Task } from '../../app/api.ts';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { useNamesAndYou } from '../../parts/usePeople.ts';
import { At } from '../../parts/When.tsx';
import { ActionButton } from './ActionButton.tsx';
import { useDecision, useOutsider } from './decide.ts';
import { Section } from './Section.tsx';

/** What people have said about a task, also after its end. */
export function Comments({ task }: { task: Task }) {
  const nameOf = useNamesAndYou();
  const [text, setText] = useState('');
  // The same comment sent again, such as after a lost answer, is one.
  const id = useRef(crypto.randomUUID());
  const missing = useOutsider(task.team);
  const add = useDecision(
    'The comment is added',
    () => {
      const path = { id: task.id, commentId: id.current };
      return bodyOf(api.PUT('/v1/tasks/{id}/comments/{commentId}', { params: { path }, body: { text } }));
    },
    () => {
      id.current = crypto.randomUUID();
      setText('');
    },
  );
  return (
    <Section title="Comments">
      <Stack gap="sm">
        {task.comments.length > 0 && (
          <Stack gap="xs" component="ol" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Comments so far">
            {task.comments.map((comment) => (
              <li key={comment.id}>
                <Text size="sm" c="dimmed">
                  {sentence(nameOf(comment.by))} · <At at={comment.at} />
                </Text>
                <Text style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{comment.text}</Text>
              </li>
            ))}
          </Stack>
        )}
        <Textarea
          label="New comment"
          description={task.assignee && !task.closedAt ? 'Whoever has the task gets a mail about it.' : undefined}
          autosize
          minRows={2}
          maxLength={2000}
          disabled={missing !== undefined}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <ProblemAlert error={add.error} labels={{ '/text': 'Comment' }} />
        <Group>
          <ActionButton
            variant="default"
            missing={missing ?? (text.trim() ? undefined : 'Write the comment first.')}
            onClick={add.decide}
            loading={add.isPending}
          >
            Add comment
          </ActionButton>
        </Group>
      </Stack>
    </Section>
  );
}

const sentence = (name: string) => (name === 'you' ? 'You' : name);
