import { Alert, List, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { api, bodyOf } from '../../app/api.ts';
import { ActionButton } from '../../parts/ActionButton.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { Section } from '../../parts/Section.tsx';
import { missingFor } from './missingFor.ts';
import { type Feed, sizeWords } from './words.ts';

/** Connects to the feed's server, and says what a run would take now and why not the rest. */
export function ServerTest({ feed }: { feed: Feed }) {
  const test = useMutation({
    mutationFn: () => bodyOf(api.POST('/v1/feeds/imports/{id}/test', { params: { path: { id: feed.id } } })),
  });
  const result = test.data;
  const taken = result?.files.filter(({ isTaken }) => isTaken) ?? [];
  const others = result?.files.filter(({ isTaken }) => !isTaken) ?? [];
  return (
    <Section
      title="Server"
      aside={
        <ActionButton
          variant="default"
          size="xs"
          missing={missingFor(feed, 'test')}
          onClick={() => test.mutate()}
          loading={test.isPending}
        >
          Test
        </ActionButton>
      }
    >
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {feed.host}:{feed.port} · {feed.directory}
      </Text>
      <ProblemAlert error={test.error} />
      {result?.problem && (
        <Alert color="red" title="The server cannot be used" role="alert">
          {result.problem.message}
        </Alert>
      )}
      {result?.works && (
        <Alert color="green" title="The server can be used" role="status">
          <Stack gap={4}>
            {taken.length === 0 ? 'A run would take no file now.' : 'A run would take now:'}
            <Files files={taken} />
            {others.length > 0 && 'It would leave:'}
            <Files files={others} />
            {result.more && 'The folder has more files that would not be taken.'}
          </Stack>
        </Alert>
      )}
    </Section>
  );
}

function Files({ files }: { files: { name: string; size: number | null; reason: string | null }[] }) {
  if (files.length === 0) return null;
  return (
    <List size="sm" style={{ overflowWrap: 'anywhere' }}>
      {files.map(({ name, size, reason }) => (
        <List.Item key={name}>
          {name}
          {size !== null && ` (${sizeWords(size)})`}
          {reason && `: ${reason}`}
        </List.Item>
      ))}
    </List>
  );
}
