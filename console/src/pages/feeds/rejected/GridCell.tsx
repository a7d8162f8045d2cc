import { Text } from '@mantine/core';
import { useId } from 'react';
import type { RejectedRow } from '../words.ts';
import classes from './rejected.module.css';

interface Props {
  cell: NonNullable<RejectedRow['cells']>[number];
  label: string;
  form: string;
  value: string;
  onType: (value: string) => void;
  isFixed: boolean;
  /** What is wrong with it. */
  reason?: string;
}

/** A cell of a rejected row, with the reason and the file's value below what a person gives instead. */
export function GridCell({ cell, label, form, value, onType, isFixed, reason }: Props) {
  const id = useId();
  return (
    <>
      <input
        className={classes.input}
        form={form}
        aria-label={label}
        aria-invalid={reason ? true : undefined}
        aria-describedby={reason ? id : undefined}
        readOnly={isFixed}
        maxLength={5_000}
        value={value}
        onChange={(event) => onType(event.currentTarget.value)}
      />
      {reason && (
        <Text size="xs" id={id} c="var(--mantine-color-red-text)">
          {reason}
        </Text>
      )}
      {value !== cell.value && (
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {cell.value === '' ? 'empty in the file' : `in the file: ${cell.value}`}
        </Text>
      )}
    </>
  );
}
