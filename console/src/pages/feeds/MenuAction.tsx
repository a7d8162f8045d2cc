import { Menu, Text } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props {
  /** What is missing before it may be chosen; it says so and does nothing. */
  missing?: string;
  onClick: () => void;
  children: ReactNode;
}

/** One thing that a menu offers. */
export function MenuAction({ missing, onClick, children }: Props) {
  return (
    <Menu.Item onClick={onClick} disabled={missing !== undefined}>
      {children}
      {missing && (
        <Text size="xs" maw={260}>
          {missing}
        </Text>
      )}
    </Menu.Item>
  );
}
