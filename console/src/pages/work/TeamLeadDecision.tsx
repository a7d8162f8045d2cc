import { Button, Group, Paper, Stack, Textarea, Title } from '@mantine/core';
import { useState } from 'react';
import { api, bodyOf, type Task } from '../../app/api.ts';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { pathOf, useDecision } from './decide.ts';

/** What a team lead can do with an escalated or open task; assigning it is under "Who does it". */
export function TeamLeadDecision({ task }: { task: Task }) {
  const [words, setWords] = useState('');
  const returnToTeam = useDecision(task.id, `The task is returned to ${task.assignee}`, () =>
    bodyOf(api.POST('/v1/tasks/{id}/return-to-team', { ...pathOf(task), body: { note: words } })),
  );
  const end = useDecision(task.id, 'The task is closed without completing', () =>
    bodyOf(api.POST('/v1/tasks/{id}/close-not-completed', { ...pathOf(task), body: { reason: words } })),
  );
  const unsaid = !words.trim();
  return (
    <Paper withBorder p="md" component="section" aria-label="Team lead’s decision">
      <Title order={2} size="h4" mb="xs">
        Team lead’s decision
      </Title>
      <Stack gap="sm">
        <Textarea
          label="Your note or reason"
          autosize
          minRows={2}
          maxLength={500}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        <ProblemAlert error={returnToTeam.error ?? end.error} />
        <Group>
          {task.state === 'escalated' && (
            <Button disabled={unsaid} onClick={() => returnToTeam.mutate()} loading={returnToTeam.isPending}>
              Return to {task.assignee}
            </Button>
          )}
          <Button variant="default" color="red" disabled={unsaid} onClick={() => end.mutate()} loading={end.isPending}>
            Close without completing
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}
