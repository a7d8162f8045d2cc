import { Text } from '@mantine/core';
import { Link } from '../../../parts/Link.tsx';
import { When } from '../../../parts/When.tsx';
import type { Health } from '../words.ts';

/** What each kind of task is about, in a few words. */
const needs: Readonly<Record<string, string>> = {
  'feed-server': 'Server cannot be used',
  'feed-credentials': 'Credentials rejected',
  'feed-host-key': 'Unknown host key',
  'feed-files-set-aside': 'Files set aside',
  'feed-file-rejected': 'File not imported',
  'feed-silent': 'Nothing delivered',
  'feed-small': 'Far fewer rows than usual',
  'feed-import-ends': 'Feed ends',
  'trial-blocked': 'First file cannot be tried',
  'trial-approval': 'First file to approve',
};

/** The open tasks of a feed. */
export function Needs({ tasks }: { tasks: Health['needsPerson'] }) {
  return tasks.map(({ taskId, kind, openedAt }) => (
    <Text size="sm" key={taskId}>
      <Link to="/tasks/$id" params={{ id: taskId }} inherit c="var(--mantine-color-red-text)" underline="always">
        {needs[kind] ?? 'Open task'}
      </Link>{' '}
      <When at={openedAt} c="dimmed" />
    </Text>
  ));
}
