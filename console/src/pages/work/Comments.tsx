import { Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { api, bodyOf, type Task } from '../../app/api.ts';
import { useSession } from '../../app/session.tsx';
import { CommentForm } from '../../parts/CommentForm.tsx';
import { Section } from '../../parts/Section.tsx';
import { useNamesAndYou } from '../../parts/usePeople.ts';
import { At } from '../../parts/When.tsx';
import { refreshTasks } from './decide.ts';

/** What people have said about a task, also after its end. */
export function Comments({ task }: { task: Task }) {
  const nameOf = useNamesAndYou();
  const queries = useQueryClient();
  const { scopes } = useSession();
  const mayWrite = scopes.includes('tasks:write') || scopes.includes('admin');
  const missing = mayWrite ? undefined : 'Your API key may only read tasks.';
  const send = (commentId: string, text: string) => {
    const path = { id: task.id, commentId };
    return bodyOf(api.PUT('/v1/tasks/{id}/comments/{commentId}', { params: { path }, body: { text } }));
  };
  return (
    <Section framed title="Comments">
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
        <CommentForm
          send={send}
          onSettled={() => refreshTasks(queries)}
          missing={missing}
          description={whoGetsMail(task, nameOf)}
        />
      </Stack>
    </Section>
  );
}

/** Only the task's person hears of a comment by mail, and nobody of their own. */
function whoGetsMail({ assignee, closedAt }: Task, nameOf: (by: string) => string): string | undefined {
  if (closedAt) return undefined;
  if (!assignee) return 'Nobody has the task, so that nobody gets a mail about it.';
  const name = nameOf(assignee);
  return name === 'you' ? 'The task is yours: nobody gets a mail about it.' : `${name} gets a mail about it.`;
}

const sentence = (name: string) => (name === 'you' ? 'You' : name);
