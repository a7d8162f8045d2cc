import { Anchor, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { stepStateTitle } from '../../../../domain/cancellations/stepWords.ts';
import type { Cancellation, Integration, Step } from '../../app/api.ts';
import { Section } from '../../parts/Section.tsx';
import { StateBadge } from '../../parts/StateBadge.tsx';
import { StepTimeline } from '../../parts/StepTimeline.tsx';
import { Stopped } from '../../parts/Stopped.tsx';
import { TaskLine } from '../../parts/TaskLine.tsx';
import { useWaitedFor } from '../../parts/useWaitedFor.ts';
import { At, useNow } from '../../parts/When.tsx';

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
  const waitedFor = useWaitedFor();
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
      <StepTimeline
        steps={steps}
        tasks={tasks}
        zone={timeZone}
        titleOf={stepStateTitle}
        waitedFor={waitedFor}
        more={(step) => isDaily(step) && <NextDaily since={step.waitingSince!} zone={timeZone} />}
      />
    </Paper>
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

function NextDaily({ since, zone }: { since: string; zone: string | null }) {
  const now = useNow();
  return (
    <>
      . CST is asked daily, next about <At at={nextDaily(since, now)} dealerZone={zone} />
    </>
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
