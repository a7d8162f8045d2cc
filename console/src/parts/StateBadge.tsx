import { Badge } from '@mantine/core';

const looks: Record<string, [words: string, color: string]> = {
  open: ['open', 'blue'],
  closed: ['closed', 'gray'],
  claimed: ['claimed', 'cyan'],
  with_lead: ['with a lead', 'orange'],
  done: ['done', 'green'],
  ended: ['ended', 'green'],
  running: ['running', 'blue'],
  waiting: ['waiting', 'yellow'],
  next: ['to come', 'gray'],
  refused: ['refused', 'red'],
  not_done: ['not done', 'red'],
  withdrawn: ['withdrawn', 'gray'],
  stopped: ['stopped: needs an engineer', 'red'],
};

/** The words in which people read a state. */
export function stateWords(state: string): string {
  return looks[state]?.[0] ?? state;
}

export function stateColor(state: string): string {
  return looks[state]?.[1] ?? 'gray';
}

export function StateBadge({ state }: { state: string }) {
  return (
    <Badge variant="light" color={stateColor(state)} style={{ flexShrink: 0 }}>
      {stateWords(state)}
    </Badge>
  );
}
