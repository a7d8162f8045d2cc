import { Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { taskRules } from '../../../../domain/shared/taskRules.ts';
import type { Team } from '../../../../domain/shared/tasks.ts';
import { api, bodyOf, type Task } from '../../app/api.ts';
import { useSession } from '../../app/session.tsx';
import { ActionButton } from '../../parts/ActionButton.tsx';
import { latestError } from '../../parts/latestError.ts';
import { NoteField } from '../../parts/NoteField.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { Section } from '../../parts/Section.tsx';
import { useKeys } from '../../parts/useKeys.ts';
import { useNames, useNamesAndYou, usePeople } from '../../parts/usePeople.ts';
import { pathOf, useDecision, useMissing } from './decide.ts';

/** Who does the task: claim, release, assign or escalate it. What is not allowed now says what is missing. */
export function Assignee({ task, onClaimed }: { task: Task; onClaimed: () => void }) {
  const { personId } = useSession();
  const missing = useMissing(task);
  const nameOf = useNamesAndYou();
  const [escalating, setEscalating] = useState(false);
  const reason = useRef<HTMLTextAreaElement>(null);
  const claim = useDecision(
    'The task is yours',
    () => bodyOf(api.POST('/v1/tasks/{id}/claim', { ...pathOf(task), body: {} })),
    onClaimed,
  );
  const release = useDecision('The task is released', () =>
    bodyOf(api.POST('/v1/tasks/{id}/release', { ...pathOf(task), body: {} })),
  );
  const isMine = task.state === 'claimed' && personId !== null && task.assignee === personId;
  const notClaimable = isMine ? 'You have claimed it already.' : missing('claimTask');
  const notEscalatable = missing('escalate');
  useKeys({
    a: () => {
      if (!notClaimable) claim.decide();
    },
    e: () => {
      if (notEscalatable) return;
      setEscalating(true);
      reason.current?.focus();
    },
  });
  const ofAnother =
    personId && taskRules.claimTask(task, { by: personId })?.type.match(/^(assigned|claimed)_/)
      ? notClaimable
      : undefined;
  return (
    <Section framed title="Who does it">
      <Stack gap="sm">
        <Text>{whoDoesIt(task, nameOf)}</Text>
        <Group gap="xs">
          <ActionButton missing={notClaimable} onClick={claim.decide} loading={claim.isPending}>
            Claim
          </ActionButton>
          <ActionButton
            variant="default"
            missing={missing('releaseTask')}
            onClick={release.decide}
            loading={release.isPending}
          >
            Release
          </ActionButton>
          <Assign task={task} missing={missing('assignTask')} />
          <ActionButton variant="default" missing={notEscalatable} onClick={() => setEscalating(true)}>
            Escalate …
          </ActionButton>
        </Group>
        {ofAnother && (
          <Text size="sm" c="dimmed">
            {missing('assignTask') ? ofAnother : 'As the team lead you can assign it to yourself or to another person.'}
          </Text>
        )}
        {task.state === 'open' && task.content.beforeClaim && (
          <Text size="sm" c="dimmed">
            {task.content.beforeClaim}
          </Text>
        )}
        <ProblemAlert error={latestError(claim, release)} />
        {escalating && !notEscalatable && <Escalate task={task} field={reason} onBack={() => setEscalating(false)} />}
      </Stack>
    </Section>
  );
}

function whoDoesIt({ state, assignee }: Task, nameOf: (by: string) => string) {
  const who = assignee === null ? undefined : nameOf(assignee);
  if (state === 'escalated') return `Escalated to a team lead by ${who ?? 'somebody'}.`;
  if (state === 'claimed') return `Claimed by ${who}.`;
  return who ? `Assigned to ${who}; not claimed yet.` : 'Unclaimed.';
}

/** The people to whom a task of this team can be assigned. */
export function useMembers(team: Team | undefined): { value: string; label: string }[] {
  const people = usePeople();
  return (people.data ?? [])
    .filter(({ active, teams }) => active && (team === undefined ? teams.length > 0 : teams.includes(team)))
    .map(({ id, name }) => ({ value: id, label: name }));
}

function Assign({ task, missing }: { task: Task; missing?: string }) {
  const members = useMembers(task.team);
  const nameOf = useNames();
  const [to, setTo] = useState('');
  const assign = useDecision(
    `The task is assigned to ${nameOf(to)}`,
    () => bodyOf(api.POST('/v1/tasks/{id}/assign', { ...pathOf(task), body: { to } })),
    () => setTo(''),
  );
  return (
    <>
      <NativeSelect
        aria-label="Assign to"
        disabled={missing !== undefined}
        title={missing}
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
        data={[{ value: '', label: 'Assign to …' }, ...members]}
      />
      <ActionButton
        variant="default"
        missing={missing ?? (to ? undefined : 'Choose a person first.')}
        onClick={assign.decide}
        loading={assign.isPending}
      >
        Assign
      </ActionButton>
      <ProblemAlert error={assign.error} labels={{ '/to': 'Assign to' }} />
    </>
  );
}

function Escalate({
  task,
  field,
  onBack,
}: {
  task: Task;
  field: RefObject<HTMLTextAreaElement | null>;
  onBack: () => void;
}) {
  const [reason, setReason] = useState('');
  const escalate = useDecision(
    'The task is escalated',
    () => bodyOf(api.POST('/v1/tasks/{id}/escalate', { ...pathOf(task), body: { reason } })),
    onBack,
  );
  useEffect(() => {
    field.current?.focus();
  }, [field]);
  return (
    <Stack gap="sm">
      <NoteField
        ref={field}
        label="Why it cannot be done"
        description="The team lead gets a mail with your reason and decides what happens next."
        value={reason}
        onType={setReason}
      />
      <ProblemAlert error={escalate.error} labels={{ '/reason': 'Why it cannot be done' }} />
      <Group>
        <ActionButton
          color="red"
          missing={reason.trim() ? undefined : 'Write first why it cannot be done.'}
          onClick={escalate.decide}
          loading={escalate.isPending}
        >
          Escalate
        </ActionButton>
        <Button variant="default" onClick={onBack}>
          Back
        </Button>
      </Group>
    </Stack>
  );
}
