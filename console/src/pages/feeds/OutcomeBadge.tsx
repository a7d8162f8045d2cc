import { Badge } from '@mantine/core';

/** What has become of a run or a file. */
export function OutcomeBadge({ look: [words, color] }: { look: [words: string, color: string] }) {
  return (
    <Badge variant="light" color={color} h="auto" mih={20} styles={{ label: { whiteSpace: 'normal' } }}>
      {words}
    </Badge>
  );
}
