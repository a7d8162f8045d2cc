import { Text } from '@mantine/core';
import { Section } from './Section.tsx';

/** In place of what a process shows of itself, while it cannot be read: that is not as if there were nothing. */
export function NotReadNow({ title }: { title: string }) {
  return (
    <Section title={title}>
      <Text c="dimmed">This cannot be read now: reload the page in a moment, or ask an administrator.</Text>
    </Section>
  );
}
