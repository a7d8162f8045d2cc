import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { addBusinessDays, followUpTime, localDate } from '../../../../domain/shared/businessDays.ts';
import { api, bodyOf, type Task } from '../../app/api.ts';
import { ActionButton } from '../../parts/ActionButton.tsx';
import { latestError } from '../../parts/latestError.ts';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { Section } from '../../parts/Section.tsx';
import { viewTitles } from '../../parts/taskViews.ts';
import { At } from '../../parts/When.tsx';
import { pathOf, useDecision, useMissing } from './decide.ts';

/** Puts a task off to a date, on which it returns by itself. */
export function FollowUp({ task }: { task: Task }) {
  const missing = useMissing(task)('followUpTask');
  const [on, setOn] = useState('');
  const [note, setNote] = useState('');
  const set = useDecision(
    'The follow-up date is set',
    () => bodyOf(api.POST('/v1/tasks/{id}/follow-up', { ...pathOf(task), body: { on, ...(note.trim() && { note }) } })),
    () => {
      setOn('');
      setNote('');
    },
  );
  const back = useDecision('The task is on the current lists again', () =>
    bodyOf(api.POST('/v1/tasks/{id}/follow-up', { ...pathOf(task), body: { on: null } })),
  );
  const found = on ? followUpTime(on, new Date(), task.timeZone) : undefined;
  const wrong = found && 'problem' in found ? found.problem : undefined;
  return (
    <Section framed title="Follow-up">
      <Stack gap="sm">
        {task.followUpAt ? (
          <Text>
            Put off until <At at={task.followUpAt} dealerZone={task.timeZone} />
            {task.followUpNote && `: ${task.followUpNote}`}
          </Text>
        ) : (
          <Text size="sm" c="dimmed">
            Cannot be done yet? Put it off: it is under “{viewTitles.later}” until that morning, and nobody is reminded
            of it.
          </Text>
        )}
        <FollowUpDate timeZone={task.timeZone} value={on} onChange={setOn} disabled={missing !== undefined} />
        {found && 'at' in found && (
          <Text size="sm">
            Returns <At at={found.at.toISOString()} dealerZone={task.timeZone} />
          </Text>
        )}
        <TextInput
          label="Why (optional)"
          maxLength={500}
          maw={480}
          disabled={missing !== undefined}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <ProblemAlert error={latestError(set, back)} labels={{ '/on': 'Follow-up date', '/note': 'Why' }} />
        <Group>
          <ActionButton
            variant="default"
            missing={missing ?? (on ? wrong && `The date ${wrong}.` : 'Choose a date first.')}
            onClick={set.decide}
            loading={set.isPending}
          >
            Set follow-up date
          </ActionButton>
          {task.followUpAt && (
            <ActionButton variant="subtle" missing={missing} onClick={back.decide} loading={back.isPending}>
              Return it now
            </ActionButton>
          )}
        </Group>
      </Stack>
    </Section>
  );
}

interface DateProps {
  timeZone: string;
  value: string;
  onChange: (on: string) => void;
  disabled?: boolean;
}

/** A business day, chosen or typed; another date names the next one. */
export function FollowUpDate({ timeZone, value, onChange, disabled }: DateProps) {
  const now = new Date();
  const inDays = (days: number) => localDate(addBusinessDays(now, days, timeZone), timeZone);
  const found = value ? followUpTime(value, now, timeZone) : undefined;
  const choices = [
    ['Next business day', 1],
    ['In 3 business days', 3],
    ['In 5 business days', 5],
    ['In 10 business days', 10],
  ] as const;
  return (
    <div>
      <TextInput
        type="date"
        label="Follow-up date"
        maw={200}
        min={inDays(1)}
        disabled={disabled}
        value={value}
        error={found && 'problem' in found ? found.problem : undefined}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <Group gap={6} mt={6}>
        {choices.map(([label, days]) => (
          <Button
            key={label}
            size="compact-xs"
            variant="light"
            disabled={disabled}
            onClick={() => onChange(inDays(days))}
          >
            {label}
          </Button>
        ))}
      </Group>
    </div>
  );
}
