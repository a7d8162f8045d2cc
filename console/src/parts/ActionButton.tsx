import { Button, type ButtonProps, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props extends ButtonProps {
  /** What is missing before it may be pressed; it says so and does nothing. */
  missing?: string;
  /** Absent of one that submits its form. */
  onClick?: () => void;
  type?: 'submit';
  children: ReactNode;
}

/** A button that stays in its place: where it may not be pressed now, it says what is missing. */
export function ActionButton({ missing, onClick, children, ...rest }: Props) {
  return (
    <Tooltip label={missing} disabled={!missing} multiline maw={320} events={{ hover: true, focus: true, touch: true }}>
      <Button
        {...rest}
        data-disabled={missing ? true : undefined}
        aria-disabled={missing ? true : undefined}
        aria-description={missing}
        onClick={missing ? (event) => event.preventDefault() : onClick}
      >
        {children}
      </Button>
    </Tooltip>
  );
}
