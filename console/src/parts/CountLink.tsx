import { Paper, type PaperProps, Text } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, Ref } from 'react';

interface Props extends PaperProps, Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof PaperProps> {
  label: string;
  count: number;
  /** Of the number, while it is not 0. */
  color?: string;
  ref?: Ref<HTMLAnchorElement>;
}

/** A number that leads to the list of what it counts. */
export const CountLink = createLink(({ label, count, color, ...rest }: Props) => (
  <Paper component="a" withBorder p="xs" c="inherit" td="none" display="block" {...rest}>
    <Text
      span
      display="block"
      fz={26}
      fw={650}
      lh={1.2}
      c={count > 0 && color ? `var(--mantine-color-${color}-text)` : undefined}
    >
      {count}
    </Text>
    <Text span display="block" size="sm" c="dimmed">
      {label}
    </Text>
  </Paper>
));
