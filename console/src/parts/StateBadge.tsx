import { Badge } from '@mantine/core';

const looks: Record<string, [words: string, color: string]> = {
  open: ['open', 'blue'],
  closed: ['closed', 'gray'],
  claimed: ['claimed', 'cyan'],
  escalated: ['escalated', 'orange'],
  done: ['done', 'green'],
  ended: ['ended', 'green'],
  running: ['running', 'blue'],
  in_progress: ['in progress', 'blue'],
  waiting: ['waiting', 'yellow'],
  next: ['upcoming', 'gray'],
  blocked: ['blocked', 'red'],
  not_completed: ['not completed', 'red'],
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
