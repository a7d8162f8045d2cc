import {
  Button,
  Checkbox,
  Group,
  Paper,
  Radio,
  Stack,
  TagsInput,
  Text,
  Textarea,
  TextInput,
  Title,
} from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { ApiProblem, api, bodyOf, type Task } from '../../app/api.ts';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { pathOf, useDecision } from './decide.ts';

type Field = Task['content']['fields'][number];
type Values = Record<string, string | boolean>;

/** The answers that complete a task, or the reason to escalate it. */
export function Answers({ task }: { task: Task }) {
  const { fields } = task.content;
  const [values, setValues] = useState<Values>({});
  const [escalating, setEscalating] = useState(false);
  const complete = useDecision(task.id, 'The task is done', () =>
    bodyOf(api.POST('/v1/tasks/{id}/complete', { ...pathOf(task), body: { answers: values } })),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    complete.mutate();
  };
  const problems = complete.error instanceof ApiProblem ? complete.error : undefined;
  return (
    <Paper withBorder p="md" component="section" aria-label="Finish">
      <Title order={2} size="h4" mb="xs">
        Finish
      </Title>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          {fields.map((field) => (
            <Answer
              key={field.name}
              field={field}
              value={values[field.name]}
              error={problems?.of(`/answers/${field.name}`)}
              onChange={(value) => setValues((given) => ({ ...given, [field.name]: value }))}
            />
          ))}
          <ProblemAlert error={complete.error} except="/answers/" />
          <Group>
            <Button type="submit" loading={complete.isPending}>
              Complete
            </Button>
            {!escalating && (
              <Button variant="subtle" color="red" onClick={() => setEscalating(true)}>
                Escalate …
              </Button>
            )}
          </Group>
        </Stack>
      </form>
      {escalating && <Escalate task={task} onBack={() => setEscalating(false)} />}
    </Paper>
  );
}

function Answer({
  field,
  value,
  error,
  onChange,
}: {
  field: Field;
  value?: string | boolean;
  error?: string;
  onChange: (value: string | boolean) => void;
}) {
  if (field.type === 'confirm') {
    return (
      <Checkbox
        label={field.label}
        checked={value === true}
        error={error}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    );
  }
  if (field.type === 'choice') {
    return (
      <Radio.Group label={field.label} value={String(value ?? '')} onChange={onChange} error={error}>
        <Stack gap={6} mt={4}>
          {field.choices?.map((choice) => (
            <Radio key={choice.value} value={choice.value} label={choice.label} />
          ))}
        </Stack>
      </Radio.Group>
    );
  }
  if (field.type === 'list')
    return <ListAnswer field={field} value={String(value ?? '')} error={error} onChange={onChange} />;
  const Input = field.type === 'note' ? Textarea : TextInput;
  return (
    <Input
      label={field.label}
      withAsterisk
      maxLength={500}
      maw={480}
      value={String(value ?? '')}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

/** Words of a known list, typed one by one or pasted together. */
function ListAnswer({
  field,
  value,
  error,
  onChange,
}: {
  field: Field;
  value: string;
  error?: string;
  onChange: (value: string) => void;
}) {
  const given = value.split(',').filter(Boolean);
  const known = new Set(field.of);
  const unknown = given.filter((word) => !known.has(word));
  const wrong = unknown.length > 0 ? `Not in this task's list: ${unknown.join(', ')}` : error;
  return (
    <TagsInput
      label={field.label}
      data={field.of}
      splitChars={[',', ';', ' ', '\t', '\n']}
      maw={480}
      value={given}
      error={wrong}
      onChange={(words) => onChange(words.join(','))}
    />
  );
}

function Escalate({ task, onBack }: { task: Task; onBack: () => void }) {
  const [reason, setReason] = useState('');
  const escalate = useDecision(task.id, 'The task is escalated', () =>
    bodyOf(api.POST('/v1/tasks/{id}/escalate', { ...pathOf(task), body: { reason } })),
  );
  return (
    <Stack gap="sm" mt="md">
      <Text size="sm">A team lead gets a notice with your reason and decides what happens next.</Text>
      <Textarea
        label="Why it cannot be done"
        autosize
        minRows={2}
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <ProblemAlert error={escalate.error} />
      <Group>
        <Button color="red" disabled={!reason.trim()} onClick={() => escalate.mutate()} loading={escalate.isPending}>
          Escalate
        </Button>
        <Button variant="default" onClick={onBack}>
          Back
        </Button>
      </Group>
    </Stack>
  );
}
