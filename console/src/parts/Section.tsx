import { Group, Paper, Stack, Title } from '@mantine/core';
import { createContext, type ReactNode, useContext, useId } from 'react';

/** The level of the sections' headings: below the page's title, or below that of a panel. */
export const SectionLevel = createContext<2 | 3>(2);

interface Props {
  title: string;
  /** What stands beside the heading. */
  aside?: ReactNode;
  /** In a frame of its own. */
  framed?: boolean;
  children: ReactNode;
}

/** A part of a page under its own heading. */
export function Section({ title, aside, framed, children }: Props) {
  const id = useId();
  const order = useContext(SectionLevel);
  const content = (
    <Stack component={framed ? 'div' : 'section'} gap="xs" aria-labelledby={framed ? undefined : id}>
      <Group justify="space-between" gap="xs">
        <Title order={order} size="h4" id={id}>
          {title}
        </Title>
        {aside}
      </Group>
      {children}
    </Stack>
  );
  if (!framed) return content;
  return (
    <Paper withBorder p="md" component="section" aria-labelledby={id}>
      {content}
    </Paper>
  );
}
