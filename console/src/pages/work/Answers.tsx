import { Alert, Button, Group, List, Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { problemsWithAnswers, type TaskField } from '../../../../domain/shared/tasks.ts';
import { ApiProblem, api, bodyOf, type Task } from '../../app/api.ts';
import { CopyText } from '../../parts/CopyText.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { problemSentence } from '../../parts/problemWords.ts';
import { Section } from '../../parts/Section.tsx';
import { useNamesAndYou } from '../../parts/usePeople.ts';
import { At } from '../../parts/When.tsx';
import { AnswerField, wordsOf } from './AnswerField.tsx';
import { pathOf, useDecision } from './decide.ts';
import { useDraft, useLeftover } from './draft.ts';
import type { Values } from './typed.ts';

/** The answers that complete a task. What is typed is kept. */
export function Answers({ task, onDone }: { task: Task; onDone: () => void }) {
  const { fields } = task.content;
  const draft = useDraft(task);
  const [sent, setSent] = useState<Values>();
  const complete = useDecision(
    'The task is done',
    () => bodyOf(api.POST('/v1/tasks/{id}/complete', { ...pathOf(task), body: { answers: draft.values } })),
    () => {
      draft.clear();
      onDone();
    },
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setSent(draft.values);
    complete.decide();
  };
  // After the first try each field says at once whether it is right now.
  const wrong = sent ? problemsWithAnswers(fields as TaskField[], draft.values) : [];
  const said = complete.error instanceof ApiProblem ? complete.error : undefined;
  const pathsOfFields = fields.map(({ name }) => `/answers/${name}`);
  const errorOf = ({ name, label }: TaskField) => {
    // What the service finds wrong, the page may not; it is said until that field changes.
    const rejected = sent?.[name] === draft.values[name] ? said?.of(`/answers/${name}`) : undefined;
    const found = wrong.find(({ field }) => field === name)?.message;
    return rejected ? problemSentence(label, rejected) : found;
  };
  const rejected = said?.problem.errors ?? [];
  const isAlert =
    rejected.length === 0 ||
    rejected.some(({ path }) => !pathsOfFields.includes(path)) ||
    (fields as TaskField[]).some((field) => errorOf(field) !== undefined);
  return (
    <Section framed title="Finish">
      <form onSubmit={submit} noValidate id="answers">
        <Stack gap="sm">
          {fields.map((field) => (
            <AnswerField
              key={field.name}
              field={field}
              value={draft.values[field.name]}
              error={errorOf(field as TaskField)}
              onChange={(value) => draft.change(field.name, value)}
            />
          ))}
          <DraftState draft={draft} />
          {draft.aside && (
            <HadTyped
              task={task}
              values={draft.aside}
              said="A newer draft was saved meanwhile, and the fields show that one. Copy what is still needed of yours."
              onDiscard={draft.forgetAside}
            />
          )}
          {isAlert && <ProblemAlert error={complete.error} except={pathsOfFields} />}
          <Group>
            <Button type="submit" loading={complete.isPending}>
              Complete
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}

/** What will be asked of whoever claims the task. */
export function AnswersToCome({ task: { state, content } }: { task: Task }) {
  return (
    <Section framed title="Finish">
      <Text size="sm" c="dimmed">
        {state === 'open' ? 'Claim the task first. It then asks you for:' : 'Who has claimed the task is asked for:'}
      </Text>
      <List size="sm" mt="xs">
        {content.fields.map(({ name, label }) => (
          <List.Item key={name}>{label}</List.Item>
        ))}
      </List>
    </Section>
  );
}

function DraftState({ draft }: { draft: ReturnType<typeof useDraft> }) {
  const nameOf = useNamesAndYou();
  const { base, by, isSaved, onServer, problem } = draft;
  const words = () => {
    if (isSaved && base === null) return null;
    if (!onServer) return 'What you have typed is kept in this tab.';
    if (problem?.isRetried)
      return `Not saved yet: ${problem.message} It is kept in this tab, and saved as soon as possible.`;
    if (problem) return `Not saved: ${problem.message} It is kept in this tab only.`;
    if (!isSaved) return 'Saving what you have typed …';
    return (
      <>
        Draft saved {base && <At at={base} />}
        {by && ` by ${nameOf(by)}`}
      </>
    );
  };
  return (
    <Text size="sm" c={problem ? 'red' : 'dimmed'} role="status" mih="1.4em">
      {words()}
    </Text>
  );
}

/** What the person has typed into a task that somebody else has now, or that has ended: to read and copy. */
export function Leftover({ task }: { task: Task }) {
  const left = useLeftover(task);
  if (!left) return null;
  const said = () => {
    if (task.closedAt) return 'The task has ended. Copy what is still needed of this.';
    if (left.isSaved)
      return 'You cannot complete this task now. This was saved as its draft: whoever has the task continues with it.';
    const lost = left.base === null ? 'Nothing of this was sent' : 'Not all of this was saved';
    return `You cannot complete this task now. ${lost}: copy what is still needed.`;
  };
  return <HadTyped task={task} values={left.values} said={said()} onDiscard={left.forget} />;
}

interface HadTypedProps {
  task: Task;
  values: Values;
  said: string;
  onDiscard: () => void;
}

function HadTyped({ task, values, said, onDiscard }: HadTypedProps) {
  const fields = new Map(task.content.fields.map((field) => [field.name, field]));
  return (
    <Alert color="yellow" title="What you had typed">
      <Stack gap="sm">
        <Text size="sm">{said}</Text>
        {Object.entries(values)
          .filter(([, value]) => value !== '' && value !== false)
          .map(([name, value]) => (
            <CopyText key={name} label={fields.get(name)?.label ?? name} value={wordsOf(fields.get(name), value)} />
          ))}
        <Group>
          <Button variant="default" size="xs" onClick={onDiscard}>
            Discard it
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
