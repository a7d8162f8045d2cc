import { Badge, Group, Text } from '@mantine/core';
import type { Dealer } from '../../app/api.ts';
import { At } from '../../parts/When.tsx';

type Gate = NonNullable<Dealer['cancellations']>['gate'];

const looks: Record<Gate['answer'], [words: string, color: string]> = {
  open: ['Open', 'green'],
  active: ['Closed: Active', 'red'],
  'not-understood': ['Closed: a person must check', 'orange'],
  unknown: ['Closed: not known', 'orange'],
};

/** Whether the parent account's Effective Status lets DMS feeds be ended, why, and when that was read. */
export function GateStatus({ gate, dealerZone }: { gate: Gate; dealerZone: string | null }) {
  const [words, color] = looks[gate.answer];
  return (
    <>
      <Group gap="xs">
        <Badge color={color} variant="light">
          {words}
        </Badge>
      </Group>
      <Text size="sm">{gate.reason}</Text>
      <Text size="sm" c="dimmed">
        Read <At at={gate.readAt} dealerZone={dealerZone} />. It is read again before each step that cannot be undone.
      </Text>
    </>
  );
}
