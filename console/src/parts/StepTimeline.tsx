import { Text, Timeline } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Step } from '../app/api.ts';
import { stateColor } from './StateBadge.tsx';
import { TaskLine, type TaskOfStep } from './TaskLine.tsx';
import { useNames } from './usePeople.ts';
import { At, When } from './When.tsx';

/** What stands in the circle of a step; nothing while it is still to come. */
const marks: Partial<Record<Step['state'], string>> = {
  running: '…',
  waiting: '…',
  done: '✓',
  blocked: '✕',
  not_completed: '✕',
  withdrawn: '↩',
};

interface Props {
  steps: readonly Step[];
  tasks: readonly TaskOfStep[];
  /** The dealer's. */
  zone: string | null;
  /** How a step stands. */
  titleOf: (step: Step) => string;
  /** Whom or what a step waits for. */
  waitedFor: (waitingOn: string) => string;
  /** What is to be said of a wait besides. */
  more?: (step: Step) => ReactNode;
}

/** A procedure as a diagram: the steps that are done, waiting (with who must act), and upcoming. */
export function StepTimeline({ steps, ...of }: Props) {
  return (
    <Timeline bulletSize={24} lineWidth={2} active={steps.length} component="ol" style={{ listStyle: 'none' }}>
      {steps.map((step) => (
        <Timeline.Item
          key={step.step}
          component="li"
          title={step.title}
          color={step.state === 'next' ? 'gray.5' : stateColor(step.state)}
          lineVariant={step.state === 'next' ? 'dashed' : 'solid'}
          bullet={<Mark state={step.state} />}
        >
          <StepFacts step={step} {...of} />
        </Timeline.Item>
      ))}
    </Timeline>
  );
}

function Mark({ state }: { state: Step['state'] }) {
  return (
    <Text span aria-hidden size="xs" fw={700} lh={1}>
      {marks[state]}
    </Text>
  );
}

function StepFacts({ step, tasks, zone, titleOf, waitedFor, more }: Omit<Props, 'steps'> & { step: Step }) {
  const { state, by, endedAt, waitingOn, waitingSince, evidence } = step;
  const nameOf = useNames();
  const task = tasks.find(({ id }) => id === step.taskId);
  const waits = (state === 'waiting' || state === 'running') && waitingOn;
  return (
    <Text size="sm" c="dimmed" component="div">
      <Text span inherit fw={600} c={state === 'next' ? 'dimmed' : 'var(--mantine-color-text)'}>
        {titleOf(step)}
      </Text>
      {waits && (
        <>
          {` ${state === 'running' ? 'at' : 'for'} ${waitedFor(waitingOn)}`}
          {waitingSince && (
            <>
              {', since '}
              <When at={waitingSince} />
              {more?.(step)}
            </>
          )}
        </>
      )}
      {endedAt && (
        <>
          {by && ` by ${nameOf(by)}`} · <At at={endedAt} dealerZone={zone} />
        </>
      )}
      {evidence && <div style={{ overflowWrap: 'anywhere' }}>{evidence}</div>}
      {task && <TaskLine task={task} />}
    </Text>
  );
}
