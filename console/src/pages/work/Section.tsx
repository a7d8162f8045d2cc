import { Group, Paper, Title } from '@mantine/core';
import { createContext, type ReactNode, useContext } from 'react';

/** The level of the sections' headings: below the page's title, or below that of a panel. */
export const SectionLevel = createContext<2 | 3>(2);

/** A part of a task with its heading. */
export function Section({ title, right, children }: { title: string; right?: ReactNode; children: ReactNode }) {
  const order = useContext(SectionLevel);
  return (
    <Paper withBorder p="md" component="section" aria-label={title}>
      <Group justify="space-between" mb="xs" gap="xs">
        <Title order={order} size="h4">
          {title}
        </Title>
        {right}
      </Group>
      {children}
    </Paper>
  );
}
