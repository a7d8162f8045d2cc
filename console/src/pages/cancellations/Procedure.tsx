import { Anchor, Group, Paper, Stack, Text, Timeline, Title } from '@mantine/core';
import { stepStateTitle } from '../../../../domain/cancellations/stepWords.ts';
import type { Cancellation, Integration, Step } from '../../app/api.ts';
import { Link } from '../../parts/Link.tsx';
import { Section } from '../../parts/Section.tsx';
import { StateBadge, stateColor } from '../../parts/StateBadge.tsx';
import { useNames } from '../../parts/usePeople.ts';
import { At, useNow, When } from '../../parts/When.tsx';
import classes from './cancellations.module.css';
import { Stopped } from './Stopped.tsx';
import { useWaitedFor } from './useWaitedFor.ts';

type Task = Cancellation['tasks'][number];

/** What stands in the circle of a step; nothing while it is still to come. */
const marks: Partial<Record<Step['state'], string>> = {
  running: '…',
  waiting: '…',
  done: '✓',
  blocked: '✕',
  not_completed: '✕',
  withdrawn: '↩',
};

/** One vendor's procedure as a diagram: the steps that are done, waiting (with who must act), and upcoming. */
export function Procedure({
  integration: one,
  cancellation,
}: {
  integration: Integration;
  cancellation: Cancellation;
}) {
  const { vendorName, state, reason, stopped, webUi, steps, integration } = one;
  const { requests, timeZone, tasks } = cancellation;
  const dealerId = requests.map(({ dealerIds }) => dealerIds?.[integration]).findLast((id) => id !== undefined);
  return (
    <Paper withBorder p="md" component="section" aria-label={vendorName}>
      <Group justify="space-between" mb="sm" gap="xs">
        <Group gap="xs" align="baseline">
          <Title order={2} size="h4">
            {vendorName}
          </Title>
          {dealerId && (
            <Text size="sm" c="dimmed">
              Dealer’s ID there: {dealerId}
            </Text>
          )}
        </Group>
        <Group gap="xs">
          {webUi && (
            <Anchor href={webUi} target="_blank" rel="noreferrer" size="sm">
              Workflow
            </Anchor>
          )}
          <StateBadge state={stopped ? 'stopped' : state} reinstating={one.reinstating} />
        </Group>
      </Group>
      <Stopped reason={stopped ?? undefined} />
      {reason && (
        <Text size="sm" mb="sm" fw={state === 'blocked' ? 600 : undefined}>
          {reason}
        </Text>
      )}
      <Timeline bulletSize={24} lineWidth={2} active={steps.length} component="ol" className={classes.procedure}>
        {steps.map((step) => (
          <Timeline.Item
            key={step.step}
            component="li"
            title={step.title}
            color={step.state === 'next' ? 'gray.5' : stateColor(step.state)}
            lineVariant={step.state === 'next' ? 'dashed' : 'solid'}
            bullet={<Mark state={step.state} />}
          >
            <StepFacts step={step} task={tasks.find(({ id }) => id === step.taskId)} zone={timeZone} />
          </Timeline.Item>
        ))}
      </Timeline>
    </Paper>
  );
}

function Mark({ state }: { state: Step['state'] }) {
  return (
    <Text span aria-hidden size="xs" fw={700} lh={1}>
      {marks[state]}
    </Text>
  );
}

function StepFacts({ step, task, zone }: { step: Step; task?: Task; zone: string | null }) {
  const { state, by, endedAt, waitingOn, waitingSince, evidence } = step;
  const nameOf = useNames();
  const waitedFor = useWaitedFor();
  const now = useNow();
  const waits = (state === 'waiting' || state === 'running') && waitingOn;
  return (
    <Text size="sm" c="dimmed" component="div">
      <Text span inherit fw={600} c={state === 'next' ? 'dimmed' : 'var(--mantine-color-text)'}>
        {stepStateTitle(step)}
      </Text>
      {waits && (
        <>
          {state === 'running' ? ` at ${nameOf(waitingOn)}` : ` for ${waitedFor(waitingOn)}`}
          {waitingSince && (
            <>
              {', since '}
              <When at={waitingSince} />
              {isDaily(step) && (
                <>
                  . CST is asked daily, next about <At at={nextDaily(waitingSince, now)} dealerZone={zone} />
                </>
              )}
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

/** The gate waits for the account, and for no person. */
function isDaily({ step, taskId }: Step): boolean {
  return step === 'gate' && taskId === undefined;
}

const dayMs = 24 * 3_600_000;

/** It is asked when the wait begins, and a day after each answer. */
function nextDaily(since: string, now: number): string {
  const first = Date.parse(since);
  return new Date(first + Math.max(1, Math.ceil((now - first) / dayMs)) * dayMs).toISOString();
}

function TaskLine({ task: { id, title, assignee, closedAt, dueAt } }: { task: Task }) {
  const nameOf = useNames();
  return (
    <div>
      <Link to="/tasks/$id" params={{ id }} size="sm" underline="always">
        {title}
      </Link>
      {!closedAt && (
        <>
          {assignee ? ` · ${nameOf(assignee)}` : ' · unclaimed'}
          {dueAt && (
            <>
              {' · due '}
              <When at={dueAt} />
            </>
          )}
        </>
      )}
    </div>
  );
}

/** Tasks that no step shows, such as one about data that arrived after the end. */
export function OtherTasks({ cancellation: { tasks, integrations } }: { cancellation: Cancellation }) {
  const shown = new Set(integrations.flatMap(({ steps }) => steps.map(({ taskId }) => taskId)));
  const others = tasks.filter(({ id }) => !shown.has(id));
  if (others.length === 0) return null;
  return (
    <Section framed title="Other tasks">
      <Stack gap="xs">
        {others.map((task) => (
          <Group key={task.id} justify="space-between" gap="xs">
            <Text size="sm" c="dimmed" component="div">
              <TaskLine task={task} />
            </Text>
            <StateBadge state={task.state} />
          </Group>
        ))}
      </Stack>
    </Section>
  );
}
