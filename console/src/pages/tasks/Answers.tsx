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

/** What its person gives to finish a task, or why it cannot be done. */
export function Answers({ task }: { task: Task }) {
  const { fields } = task.content;
  const [values, setValues] = useState<Values>({});
  const [cannot, setCannot] = useState(false);
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
            {!cannot && (
              <Button variant="subtle" color="red" onClick={() => setCannot(true)}>
                It cannot be done
              </Button>
            )}
          </Group>
        </Stack>
      </form>
      {cannot && <CannotDo task={task} onDoneWith={() => setCannot(false)} />}
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
  return (
    <TextInput
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

function CannotDo({ task, onDoneWith }: { task: Task; onDoneWith: () => void }) {
  const [reason, setReason] = useState('');
  const escalate = useDecision(task.id, 'A lead decides now', () =>
    bodyOf(api.POST('/v1/tasks/{id}/escalate', { ...pathOf(task), body: { reason } })),
  );
  return (
    <Stack gap="sm" mt="md">
      <Text size="sm">A lead is told your reason and decides. Nothing is lost.</Text>
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
          Give it to a lead
        </Button>
        <Button variant="default" onClick={onDoneWith}>
          Back
        </Button>
      </Group>
    </Stack>
  );
}
