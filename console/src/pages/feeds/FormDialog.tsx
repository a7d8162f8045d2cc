import { Button, Group, Modal, Stack } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';

interface Props {
  title: string;
  onDone: () => void;
  onSubmit: () => void;
  /** The button's words. */
  submit: string;
  color?: string;
  size?: string;
  isPending: boolean;
  /** Whether it can be sent as it is; it can when absent. */
  isReady?: boolean;
  error: unknown;
  labels: Record<string, string>;
  /** The paths whose problem is shown at its field. */
  except?: readonly string[];
  children: ReactNode;
}

/** A form in a dialog, with what was refused below its fields. */
export function FormDialog({ isReady = true, ...props }: Props) {
  const { title, onDone, onSubmit, submit, color, size, isPending, error, labels, except, children } = props;
  const send = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Modal opened onClose={onDone} title={title} size={size}>
      <form onSubmit={send}>
        <Stack gap="sm">
          {children}
          <ProblemAlert error={error} labels={labels} except={except} />
          <Group>
            <Button type="submit" color={color} loading={isPending} disabled={!isReady}>
              {submit}
            </Button>
            <Button variant="default" onClick={onDone}>
              Back
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
