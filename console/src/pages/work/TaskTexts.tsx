import { Anchor, Box, List, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { Task } from '../../app/api.ts';
import { CopyText } from '../../parts/CopyText.tsx';
import { Section } from '../../parts/Section.tsx';
import { useKeys } from '../../parts/useKeys.ts';

/** How the task is done. */
export function WhatToDo({ content }: Pick<Task, 'content'>) {
  return (
    <Section framed title="What to do">
      {content.url && (
        <Anchor href={content.url} target="_blank" rel="noreferrer" style={{ overflowWrap: 'anywhere' }}>
          {content.url}
        </Anchor>
      )}
      {content.links?.map(({ label, url }) => (
        <Anchor key={url} href={url} target="_blank" rel="noreferrer" display="block">
          {label}
        </Anchor>
      ))}
      <List type="ordered" mt="xs" spacing="xs">
        {content.instructions.map((instruction) => (
          <List.Item key={instruction}>{instruction}</List.Item>
        ))}
      </List>
      {content.texts
        .filter(({ isNote }) => isNote)
        .map(({ label, value }) => (
          <Text key={label} size="sm" mt="xs" style={{ overflowWrap: 'anywhere' }}>
            {label}: <b>{value}</b>
          </Text>
        ))}
    </Section>
  );
}

/** The texts to type into the vendor's page; `c` copies one after the other. */
export function TextsToCopy({ texts: all }: Pick<Task['content'], 'texts'>) {
  const texts = all.filter(({ isNote }) => !isNote);
  const [last, setLast] = useState<number>();
  const copyNext = async () => {
    const next = last === undefined ? 0 : (last + 1) % texts.length;
    if (!texts[next]) return;
    const { label, value } = texts[next];
    try {
      await navigator.clipboard.writeText(value);
      setLast(next);
      notifications.show({ message: `Copied ${label} (${next + 1} of ${texts.length})`, color: 'green' });
    } catch {
      notifications.show({ message: 'The browser does not let this page copy: select the text.', color: 'red' });
    }
  };
  useKeys({ c: copyNext });
  if (texts.length === 0) return null;
  return (
    <Section framed title="Texts to copy">
      <Stack gap="sm">
        {texts.map(({ label, value }, index) => (
          <Box
            key={label}
            pl="xs"
            style={{
              borderInlineStart: `3px solid ${index === last ? 'var(--mantine-color-green-text)' : 'transparent'}`,
            }}
          >
            <CopyText label={label} value={value} />
          </Box>
        ))}
      </Stack>
    </Section>
  );
}

/** What a task that has ended asked for: to look up, not to be done. */
export function WhatItAsked({ content }: Pick<Task, 'content'>) {
  return (
    <details>
      <summary>What the task asked for</summary>
      <List size="sm" mt="xs" spacing={4}>
        {content.instructions.map((instruction) => (
          <List.Item key={instruction}>{instruction}</List.Item>
        ))}
        {content.texts.map(({ label, value }) => (
          <List.Item key={label}>
            {label}:{' '}
            <Text span inherit style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
              {value}
            </Text>
          </List.Item>
        ))}
      </List>
    </details>
  );
}
