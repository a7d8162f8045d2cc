import { Paper, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** Says that a list has nothing, and what that means or what to do next. */
export function Empty({ children }: { children: ReactNode }) {
  return (
    <Paper withBorder p="xl">
      <Text c="dimmed" ta="center" component="div">
        {children}
      </Text>
    </Paper>
  );
}
