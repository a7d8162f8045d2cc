import { Button, Group, NativeSelect, Paper, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { isTeamLead, taskRules } from '../../../../domain/shared/taskRules.ts';
import { allPeople, api, bodyOf, type Task } from '../../app/api.ts';
import { useSession } from '../../app/session.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { mayWorkOn, pathOf, useDecision } from './decide.ts';

/** Who does the task: claim, release or assign it. What is not allowed now is not offered, and the reason is shown. */
export function TaskAssignee({ task }: { task: Task }) {
  const session = useSession();
  const { personId } = session;
  const claim = useDecision(task.id, 'The task is yours', () =>
    bodyOf(api.POST('/v1/tasks/{id}/claim', { ...pathOf(task), body: {} })),
  );
  const release = useDecision(task.id, 'The task is released', () =>
    bodyOf(api.POST('/v1/tasks/{id}/release', { ...pathOf(task), body: {} })),
  );
  if (task.closedAt) return null;
  const mayWrite = mayWorkOn(session, task);
  const teamLead = isTeamLead(session, task.team);
  const by = personId ?? '';
  const notClaimable = taskRules.claimTask(task, { by });
  const mayClaim = personId && task.state === 'open' && !notClaimable;
  const mayRelease = personId && !taskRules.releaseTask(task, { by });
  const mayAssign = !taskRules.assignTask(task, { by, teamLead });
  const ofAnother = notClaimable?.type === 'assigned_to_another' || notClaimable?.type === 'claimed_by_another';
  return (
    <Paper withBorder p="md" component="section" aria-label="Who does it">
      <Stack gap="sm">
        <Group justify="space-between">
          <Text>{whoDoesIt(task, personId)}</Text>
          {mayWrite && (
            <Group gap="xs">
              {mayClaim && (
                <Button onClick={() => claim.mutate()} loading={claim.isPending}>
                  Claim
                </Button>
              )}
              {mayRelease && (
                <Button variant="default" onClick={() => release.mutate()} loading={release.isPending}>
                  Release
                </Button>
              )}
              {mayAssign && <Assign task={task} />}
            </Group>
          )}
        </Group>
        {mayWrite && personId && ofAnother && (
          <Text size="sm" c="dimmed">
            {teamLead ? 'As the team lead you can assign it to yourself or to another person.' : notClaimable?.message}
          </Text>
        )}
        {task.state === 'open' && task.guard === 'gate' && (
          <Text size="sm" c="dimmed">
            Claim it before you start: claiming checks that the parent account is not Active.
          </Text>
        )}
        <ProblemAlert error={claim.error ?? release.error} />
      </Stack>
    </Paper>
  );
}

function whoDoesIt({ state, assignee }: Task, me: string | null) {
  const who = assignee !== null && assignee === me ? 'you' : assignee;
  if (state === 'escalated') return `Escalated to a team lead by ${who ?? 'somebody'}.`;
  if (state === 'claimed') return `Claimed by ${who}.`;
  return who ? `Assigned to ${who}; not claimed yet.` : 'Unclaimed.';
}
function Assign({ task }: { task: Task }) {
  const people = useQuery({
    queryKey: ['people'],
    queryFn: allPeople,
    refetchInterval: false,
  });
  const [to, setTo] = useState('');
  const assign = useDecision(task.id, 'The task is assigned', () =>
    bodyOf(api.POST('/v1/tasks/{id}/assign', { ...pathOf(task), body: { to } })),
  );
  return (
    <>
      <NativeSelect
        aria-label="Assign to"
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
        data={[
          { value: '', label: 'Assign to …' },
          ...(people.data ?? [])
            .filter(({ active, teams }) => active && teams.includes(task.team))
            .map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      <Button variant="default" disabled={!to} onClick={() => assign.mutate()} loading={assign.isPending}>
        Assign
      </Button>
      <ProblemAlert error={assign.error ?? people.error} />
    </>
  );
}
