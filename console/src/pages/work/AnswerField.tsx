import { Checkbox, Radio, Stack, TagsInput, Textarea, TextInput } from '@mantine/core';
import type { Task } from '../../app/api.ts';

export type Field = Task['content']['fields'][number];
export type Value = string | boolean;

interface Props {
  field: Field;
  value?: Value;
  error?: string;
  onChange: (value: Value) => void;
}

/** One answer of a task, by the type of its field. */
export function AnswerField({ field, value, error, onChange }: Props) {
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
  const text = String(value ?? '');
  if (field.type === 'choice') {
    return (
      <Radio.Group label={field.label} value={text} onChange={onChange} error={error}>
        <Stack gap={6} mt={4}>
          {field.choices?.map((choice) => (
            <Radio key={choice.value} value={choice.value} label={choice.label} />
          ))}
        </Stack>
      </Radio.Group>
    );
  }
  if (field.type === 'list') return <ListAnswer field={field} value={text} error={error} onChange={onChange} />;
  const Input = field.type === 'note' ? Textarea : TextInput;
  return (
    <Input
      label={field.label}
      withAsterisk
      maxLength={500}
      maw={480}
      value={text}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

/** Words of a known list, typed one by one or pasted together. */
function ListAnswer({ field, value, error, onChange }: Props & { value: string }) {
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

/** An answer in words, such as `confirmed` or the label of a choice. */
export function wordsOf(field: Field | undefined, value: Value): string {
  if (value === true) return 'confirmed';
  if (value === false) return 'not confirmed';
  if (value === '') return 'none';
  return field?.choices?.find((choice) => choice.value === value)?.label ?? value;
}
