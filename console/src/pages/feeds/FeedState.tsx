import { Badge } from '@mantine/core';
import type { ListedFeed } from './words.ts';

const colors = { trial: 'blue', active: 'green', paused: 'yellow', ended: 'gray' } as const;

/** Whether the feed's files are taken. */
export function FeedState({ feed: { state, end } }: { feed: Pick<ListedFeed, 'state' | 'end'> }) {
  const ending = state !== 'ended' && end ? `, ends on ${end.effectiveOn}` : '';
  return (
    <Badge variant="light" color={colors[state]}>
      {state}
      {ending}
    </Badge>
  );
}
