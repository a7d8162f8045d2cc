import { Alert, Button, Checkbox, Group, Modal, SimpleGrid, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { api, bodyOf, type Task } from '../../app/api.ts';
import { ActionButton } from '../../parts/ActionButton.tsx';
import { NoteField } from '../../parts/NoteField.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { Section } from '../../parts/Section.tsx';
import { useNames } from '../../parts/usePeople.ts';
import { pathOf, useDecision, useMissing } from './decide.ts';

/** What a team lead can do with an escalated or open task. The two decisions keep their places, each with words of its own. */
export function TeamLeadDecision({ task }: { task: Task }) {
  return (
    <Section framed title="Team lead’s decision">
      <SimpleGrid cols={{ base: 1, '34rem': 2 }} spacing="lg" type="container">
        <Return task={task} />
        <Close task={task} />
      </SimpleGrid>
      <Text size="sm" c="dimmed" mt="sm">
        You can also assign it to another person, above.
      </Text>
    </Section>
  );
}

function Return({ task }: { task: Task }) {
  const nameOf = useNames();
  const missing = useMissing(task)('returnToTeam');
  const [note, setNote] = useState('');
  const who = task.assignee ? nameOf(task.assignee) : 'the team';
  const back = useDecision(
    `The task is returned to ${who}`,
    () => bodyOf(api.POST('/v1/tasks/{id}/return-to-team', { ...pathOf(task), body: { note } })),
    () => setNote(''),
  );
  return (
    <Stack gap="sm">
      <NoteField label="Note: why it can be done" disabled={missing !== undefined} value={note} onType={setNote} />
      <ProblemAlert error={back.error} labels={{ '/note': 'Note' }} />
      <Group>
        <ActionButton
          missing={missing ?? (note.trim() ? undefined : 'Write a note first.')}
          onClick={back.decide}
          loading={back.isPending}
        >
          Return to {who}
        </ActionButton>
      </Group>
    </Stack>
  );
}

function Close({ task }: { task: Task }) {
  const [reason, setReason] = useState('');
  const [asking, setAsking] = useState(false);
  const [isRead, setRead] = useState(false);
  const missing = useMissing(task)('closeNotCompleted');
  const ask = (open: boolean) => {
    setRead(false);
    setAsking(open);
  };
  const end = useDecision(
    'The task is closed without completing',
    () => bodyOf(api.POST('/v1/tasks/{id}/close-not-completed', { ...pathOf(task), body: { reason } })),
    () => {
      setReason('');
      ask(false);
    },
  );
  const dealer = [task.dealerName, task.account && `(${task.account})`].filter(Boolean).join(' ');
  return (
    <Stack gap="sm">
      <NoteField
        label="Reason: why it is not to be completed"
        disabled={missing !== undefined}
        value={reason}
        onType={setReason}
      />
      <Group>
        <ActionButton
          variant="default"
          missing={missing ?? (reason.trim() ? undefined : 'Write the reason first.')}
          onClick={() => ask(true)}
        >
          Close without completing …
        </ActionButton>
      </Group>
      <Modal
        opened={asking}
        onClose={() => ask(false)}
        title={dealer ? `Close without completing for ${dealer}?` : 'Close without completing?'}
        centered
        // The second click of a double click must neither confirm nor dismiss it.
        closeOnClickOutside={false}
      >
        <Stack gap="sm">
          <Text fw={600}>{task.content.title}</Text>
          <Alert color="red" title="What this leaves">
            {task.content.ifNotCompleted}
          </Alert>
          <Text size="sm">This cannot be undone. Your reason is in the record: “{reason.trim()}”</Text>
          <Checkbox
            label="I have read what stays"
            checked={isRead}
            onChange={(event) => setRead(event.currentTarget.checked)}
          />
          <ProblemAlert error={end.error} labels={{ '/reason': 'Reason' }} />
          <Group justify="space-between">
            <Button variant="default" onClick={() => ask(false)} data-autofocus>
              Keep the task
            </Button>
            <ActionButton
              color="red"
              missing={isRead ? undefined : 'Confirm first that you have read what stays.'}
              onClick={end.decide}
              loading={end.isPending}
            >
              Close without completing
            </ActionButton>
          </Group>
        </Stack>
      </Modal>
    </Stack>
  );
}
