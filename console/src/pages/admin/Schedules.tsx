import { Alert, Badge, Group, Paper, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { actorName } from '../../../../domain/shared/actors.ts';
import { processTitles } from '../../../../domain/shared/processes.ts';
import type { components } from '../../app/api.generated.ts';
import { api, bodyOf } from '../../app/api.ts';
import { Empty } from '../../parts/Empty.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { At } from '../../parts/When.tsx';

type Schedule = components['schemas']['Schedule'];

/** What runs daily, when next, and what became of the last run. */
export function Schedules() {
  const schedules = useQuery({
    queryKey: ['schedules'],
    queryFn: () => bodyOf(api.GET('/v1/schedules', { params: { query: { limit: 100 } } })),
  });
  return (
    <Stack gap="sm">
      <ProblemAlert error={schedules.error} />
      {schedules.data?.schedules.length === 0 && (
        <Empty>Nothing runs daily yet. Processes such as feeds add their schedules here.</Empty>
      )}
      {schedules.data?.schedules.map((schedule) => (
        <ScheduleRow key={`${schedule.process}/${schedule.key}`} schedule={schedule} />
      ))}
      {schedules.data?.nextCursor && <Text size="sm">Only the first 100 are shown; the API lists all of them.</Text>}
    </Stack>
  );
}

function ScheduleRow({ schedule }: { schedule: Schedule }) {
  const { process, key, localTime, timeZone, paused, problem, next, last } = schedule;
  return (
    <Paper withBorder p="sm">
      <Group gap="xs">
        <Text fw={600}>
          {processTitles[process]} · {key}
        </Text>
        {paused && <Badge color="yellow">paused</Badge>}
      </Group>
      <Text size="sm">{localTime ? `Daily at ${localTime}, ${timeZone}` : 'Without a time of day'}</Text>
      <Text size="sm" c="dimmed">
        {next ? (
          <>
            Next run <At at={next.at} />
          </>
        ) : (
          'No next run'
        )}
        {' · '}
        {last ? (
          <>
            last run <At at={last.at} />
          </>
        ) : (
          'has not run yet'
        )}
      </Text>
      {paused && (
        <Text size="sm">
          Paused by {actorName(paused.by)}: {paused.reason}
        </Text>
      )}
      {problem && (
        <Alert color="red" mt="xs" title="It cannot be used">
          {problem}
        </Alert>
      )}
    </Paper>
  );
}
