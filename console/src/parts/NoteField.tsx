import { Textarea, type TextareaProps } from '@mantine/core';
import type { Ref } from 'react';

interface Props extends Omit<TextareaProps, 'onChange'> {
  value: string;
  onType: (text: string) => void;
  ref?: Ref<HTMLTextAreaElement>;
}

/** A reason or a note in a person's own words, as long as the API takes it. */
export function NoteField({ onType, ...props }: Props) {
  return (
    <Textarea autosize minRows={2} maxLength={500} onChange={(event) => onType(event.currentTarget.value)} {...props} />
  );
}
