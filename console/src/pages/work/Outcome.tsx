import { Group, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { isTeamLead } from '../../../../domain/shared/taskRules.ts';
import { api, bodyOf, type Task } from '../../app/api.ts';
import { useSession } from '../../app/session.tsx';
import { ActionButton } from '../../parts/ActionButton.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { Section } from '../../parts/Section.tsx';
import { useNamesAndYou } from '../../parts/usePeople.ts';
import { At } from '../../parts/When.tsx';
import { AnswerField, type Field, wordsOf } from './AnswerField.tsx';
import { pathOf, useDecision, useMissing } from './decide.ts';
import { WhatItAsked } from './TaskTexts.tsx';

const endings: Record<string, string> = {
  done: 'Done',
  not_completed: 'Closed without completing',
  closed: 'Withdrawn: nothing to do any more',
};

/** How a task has ended: by whom, when and why, with what was answered and corrected. */
export function Outcome({ task }: { task: Task }) {
  const session = useSession();
  const nameOf = useNamesAndYou();
  const { state, closedAt, closedBy, reason, answers, content, timeZone } = task;
  const fields = new Map(content.fields.map((field) => [field.name, field]));
  const facts = content.fields.filter(
    ({ type, isPersonal }) => (type === 'text' || type === 'note' || type === 'line') && !isPersonal,
  );
  return (
    <Section framed title="How it ended">
      <Stack gap="sm">
        <Text>
          {endings[state]}
          {closedBy && ` by ${nameOf(closedBy)}`}
          {closedAt && (
            <>
              , <At at={closedAt} dealerZone={timeZone} />
            </>
          )}
        </Text>
        {state !== 'done' && reason && <Text>Reason: {reason}</Text>}
        {state === 'not_completed' && <Text>{content.ifNotCompleted}</Text>}
        {answers && (
          <section aria-label="Submitted answers">
            {Object.entries(answers).map(([name, value]) => (
              <div key={name}>
                <Text>
                  {fields.get(name)?.label ?? name}: <b>{wordsOf(fields.get(name), value)}</b>
                </Text>
                <CorrectionsOf name={name} task={task} />
              </div>
            ))}
          </section>
        )}
        {state === 'done' && facts.length > 0 && isTeamLead(session, task.team) && (
          <Correct task={task} facts={facts} />
        )}
        <WhatItAsked content={content} />
      </Stack>
    </Section>
  );
}

/** What a fact was before, who has corrected it, and why; the latest first. */
function CorrectionsOf({ name, task }: { name: string; task: Task }) {
  const nameOf = useNamesAndYou();
  return task.corrections.toReversed().map(({ at, by, reason, changes }) => {
    const change = changes.find(({ field }) => field === name);
    return (
      change && (
        <Text key={at} size="sm" c="dimmed">
          Corrected by {nameOf(by)}, <At at={at} />: was <s>{change.before}</s>. Reason: {reason}
        </Text>
      )
    );
  });
}

/** A team lead's correction of facts that were entered. */
function Correct({ task, facts }: { task: Task; facts: Field[] }) {
  const [isOpen, setOpen] = useState(false);
  const [values, setValues] = useState<Record<string, string>>({});
  const [reason, setReason] = useState('');
  const missing = useMissing(task)('correctTask');
  const changed = Object.fromEntries(
    Object.entries(values).filter(([name, value]) => value.trim() !== String(task.answers?.[name] ?? '')),
  );
  const correct = useDecision(
    'The correction is recorded',
    () => bodyOf(api.POST('/v1/tasks/{id}/correct', { ...pathOf(task), body: { answers: changed, reason } })),
    () => {
      setOpen(false);
      setValues({});
      setReason('');
    },
  );
  const labels = Object.fromEntries(facts.map(({ name, label }) => [`/answers/${name}`, label]));
  if (!isOpen)
    return (
      <Group>
        <ActionButton variant="default" size="xs" missing={missing} onClick={() => setOpen(true)}>
          Correct …
        </ActionButton>
      </Group>
    );
  const nothing = Object.keys(changed).length === 0 ? 'Change a value first.' : undefined;
  return (
    <Stack gap="sm">
      {facts.map((field) => (
        <AnswerField
          key={field.name}
          field={field}
          value={values[field.name] ?? task.answers?.[field.name]}
          onChange={(value) => setValues((given) => ({ ...given, [field.name]: String(value) }))}
        />
      ))}
      <Textarea
        label="Reason for the correction"
        description="The old value, the new one, your name and the reason are in the record."
        autosize
        maxLength={500}
        maw={480}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <ProblemAlert error={correct.error} labels={{ ...labels, '/reason': 'Reason' }} />
      <Group>
        <ActionButton
          missing={missing ?? nothing ?? (reason.trim() ? undefined : 'Write the reason first.')}
          onClick={correct.decide}
          loading={correct.isPending}
        >
          Correct
        </ActionButton>
        <ActionButton variant="default" onClick={() => setOpen(false)}>
          Back
        </ActionButton>
      </Group>
    </Stack>
  );
}
