import { Stack, Switch, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { commentAction } from '../../../../domain/shared/comments.ts';
import { api, bodyOf, type Cancellation } from '../../app/api.ts';
import { useSession } from '../../app/session.tsx';
import { ActivityList } from '../../parts/ActivityList.tsx';
import { CommentForm } from '../../parts/CommentForm.tsx';
import { Loading } from '../../parts/Loading.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { Section } from '../../parts/Section.tsx';

/** Everything that happened, the latest first, with what people said about it; and what one wants to say. */
export function Activity({ cancellation }: { cancellation: Cancellation }) {
  const { id, timeZone, integrations } = cancellation;
  const queries = useQueryClient();
  const [onlyComments, setOnlyComments] = useState(false);
  const found = useQuery({
    queryKey: ['cancellation', id, 'activity'],
    queryFn: () => bodyOf(api.GET('/v1/cancellations/{id}/activity', { params: { path: { id } } })),
  });
  // Its step says the same, with the evidence.
  const saidByStep = new Set(
    integrations.flatMap(({ steps }) => steps.flatMap(({ taskId, endedAt }) => (taskId && endedAt ? [taskId] : []))),
  );
  const isSaidByStep = (action: string, taskId: string | null) =>
    taskId !== null && saidByStep.has(taskId) && /^Task (done|closed): /.test(action);
  const events = (found.data?.events ?? [])
    .filter(({ action, taskId }) => !isSaidByStep(action, taskId))
    .filter(({ action }) => !onlyComments || action === commentAction)
    .map((event) => ({ ...event, process: 'cancellations', subject: id }))
    .reverse();
  const { scopes } = useSession();
  const mayComment = (['tasks:write', 'cancellations:write', 'admin'] as const).some((one) => scopes.includes(one));
  return (
    <Section
      framed
      title="Activity"
      aside={
        <Switch
          label="Comments only"
          size="sm"
          checked={onlyComments}
          onChange={(event) => setOnlyComments(event.currentTarget.checked)}
        />
      }
    >
      <Stack>
        {mayComment && (
          <CommentForm
            send={(commentId, text) => {
              const path = { id, commentId };
              return bodyOf(
                api.PUT('/v1/cancellations/{id}/comments/{commentId}', { params: { path }, body: { text } }),
              );
            }}
            onSettled={() => queries.invalidateQueries({ queryKey: ['cancellation', id, 'activity'] })}
          />
        )}
        <ProblemAlert error={found.error} />
        {found.isPending && <Loading what="the activity" />}
        {found.data && onlyComments && events.length === 0 ? (
          <Text c="dimmed">No comments yet.</Text>
        ) : (
          found.data && <ActivityList events={events} full={{ dealerZone: timeZone }} here={id} />
        )}
      </Stack>
    </Section>
  );
}
