import { Alert, Badge, Group, Paper, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { processTitles } from '../../../../domain/shared/processes.ts';
import type { components } from '../../app/api.generated.ts';
import { api, bodyOf } from '../../app/api.ts';
import { Empty } from '../../parts/Empty.tsx';
import { Loading } from '../../parts/Loading.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { useNames } from '../../parts/usePeople.ts';
import { At } from '../../parts/When.tsx';

type Schedule = components['schemas']['Schedule'];

/** What runs daily: when it runs next, when it ran last, and whether it is paused. */
export function Schedules() {
  const schedules = useQuery({
    queryKey: ['schedules'],
    queryFn: () => bodyOf(api.GET('/v1/schedules', { params: { query: { limit: 100 } } })),
  });
  return (
    <Stack gap="sm">
      <ProblemAlert error={schedules.error} />
      {schedules.isPending && <Loading what="the schedules" />}
      {schedules.data?.schedules.length === 0 && (
        <Empty>
          There are no schedules. Cancellations start when they are requested; what runs daily, such as the import of a
          feed, is listed here once it is set up.
        </Empty>
      )}
      {schedules.data?.schedules.map((schedule) => (
        <ScheduleRow key={`${schedule.process}/${schedule.key}`} schedule={schedule} />
      ))}
      {schedules.data?.nextCursor && <Text size="sm">Only the first 100 are shown; the API lists all of them.</Text>}
    </Stack>
  );
}

function ScheduleRow({ schedule }: { schedule: Schedule }) {
  const nameOf = useNames();
  const { process, key, localTime, timeZone, paused, problem, next, last } = schedule;
  return (
    <Paper withBorder p="sm">
      <Group gap="xs">
        <Text fw={600}>
          {processTitles[process]} · {key}
        </Text>
        {paused && <Badge color="yellow">paused</Badge>}
      </Group>
      <Text size="sm">{localTime ? `Daily at ${localTime}, ${timeZone}` : 'Its time of day is not known'}</Text>
      <Text size="sm" c="dimmed">
        {next ? (
          <>
            Next run <At at={next.at} />
          </>
        ) : (
          'No run is planned'
        )}
        {' · '}
        {last ? (
          <>
            last run <At at={last.at} />
          </>
        ) : (
          'it has not run yet'
        )}
      </Text>
      {paused && (
        <Text size="sm">
          Paused by {nameOf(paused.by)}: {paused.reason}
        </Text>
      )}
      {problem && (
        <Alert color="red" mt="xs" title="This schedule does not run">
          {problem}
        </Alert>
      )}
    </Paper>
  );
}
