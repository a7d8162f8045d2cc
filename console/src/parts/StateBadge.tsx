import { Badge } from '@mantine/core';

/** Of cancellations and their integrations, of steps, and of tasks: one vocabulary for all pages. */
const looks: Record<string, [words: string, color: string]> = {
  in_progress: ['in progress', 'blue'],
  running: ['in progress', 'blue'],
  waiting: ['waiting', 'yellow'],
  stopped: ['needs an engineer', 'red'],
  next: ['upcoming', 'gray'],
  open: ['unclaimed', 'blue'],
  claimed: ['claimed', 'cyan'],
  escalated: ['escalated', 'orange'],
  put_off: ['put off', 'gray'],
  done: ['done', 'green'],
  ended: ['done', 'green'],
  withdrawn: ['withdrawn', 'gray'],
  closed: ['withdrawn', 'gray'],
  blocked: ['blocked', 'red'],
  not_completed: ['not completed', 'red'],
  refused: ['refused', 'red'],
  no_answer: ['no answer', 'red'],
  not_entitled: ['not entitled', 'red'],
};

/** The words in which people read a state. */
export function stateWords(state: string): string {
  return looks[state]?.[0] ?? state;
}

export function stateColor(state: string): string {
  return looks[state]?.[1] ?? 'gray';
}

interface Props {
  state: string;
  /** What was done before it ended so is still being reinstated. */
  reinstating?: boolean;
}

export function StateBadge({ state, reinstating }: Props) {
  return (
    <Badge
      variant="light"
      color={stateColor(state)}
      h="auto"
      mih={20}
      styles={{ root: { flexShrink: 0, maxWidth: '100%' }, label: { whiteSpace: 'normal' } }}
    >
      {stateWords(state)}
      {reinstating && ', being reinstated'}
    </Badge>
  );
}
