import { Grid, SimpleGrid, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { TaskViewName } from '../../../../domain/shared/taskLists.ts';
import { api, bodyOf } from '../../app/api.ts';
import { overviewQuery } from '../../app/overviewQuery.ts';
import { useSession } from '../../app/session.tsx';
import { ActivityList } from '../../parts/ActivityList.tsx';
import { CountLink } from '../../parts/CountLink.tsx';
import { Loading } from '../../parts/Loading.tsx';
import { NotReadNow } from '../../parts/NotReadNow.tsx';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { Section } from '../../parts/Section.tsx';
import { viewTitles } from '../../parts/taskViews.ts';
import { CancellationCounts } from '../cancellations/CancellationCounts.tsx';
import { FailingSystems } from './FailingSystems.tsx';
import { ShortTasks } from './ShortTasks.tsx';

const shown = 5;

/** What needs this person today, what is late, where the processes stand, and what happened last. */
export function Overview() {
  const { personId, leadOf } = useSession();
  const overview = useQuery(overviewQuery);
  const { tasks, cancellations, activity } = overview.data ?? {};
  return (
    <Stack gap="xl">
      <PageTitle>Overview</PageTitle>
      <ProblemAlert error={overview.error} />
      {overview.isPending && <Loading what="the overview" />}
      {overview.data && <FailingSystems overview={overview.data} />}
      {tasks && (
        <Section title="Tasks">
          <SimpleGrid cols={{ base: 2, xs: 3, md: 6 }} spacing="xs">
            {tasks.mine !== null && <TaskCount view="mine" count={tasks.mine} />}
            <TaskCount view="unclaimed" count={tasks.unclaimed} />
            <TaskCount view="late" count={tasks.late} color="red" />
            <TaskCount view="escalated" count={tasks.escalated} color="orange" />
            <TaskCount view="team" count={tasks.team} />
            <TaskCount view="later" count={tasks.later} />
          </SimpleGrid>
        </Section>
      )}
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Stack gap="xl">
            {leadOf && <TasksOf view="escalated" title="For your decision" empty="Nothing waits for your decision." />}
            {personId && (
              <TasksOf
                view="mine"
                title="Your tasks"
                empty={
                  tasks?.unclaimed
                    ? 'Nothing is assigned to you. Claim an unclaimed task below.'
                    : 'Nothing is assigned to you, and no task is unclaimed.'
                }
              />
            )}
            {tasks && tasks.mine === 0 && tasks.unclaimed > 0 && (
              <TasksOf view="unclaimed" title="Unclaimed tasks" empty="" />
            )}
            <TasksOf view="late" title="Late" empty="No task is late." />
            {!leadOf && (
              <TasksOf view="escalated" title="Escalated" empty="No task waits for a team lead’s decision." />
            )}
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Stack gap="xl">
            {cancellations && <CancellationCounts counts={cancellations} />}
            {overview.data && !cancellations && <NotReadNow title="Cancellations" />}
            {activity && (
              <Section title="Latest activity">
                <ActivityList events={activity} />
              </Section>
            )}
          </Stack>
        </Grid.Col>
      </Grid>
    </Stack>
  );
}

function TaskCount({ view, ...rest }: { view: TaskViewName; count: number; color?: string }) {
  return <CountLink to="/work" search={{ view }} label={viewTitles[view]} {...rest} />;
}

/** The most urgent tasks of a view. */
function TasksOf({ view, title, empty }: { view: TaskViewName; title: string; empty: string }) {
  const query = { view, limit: shown };
  const found = useQuery({
    queryKey: ['tasks', query],
    queryFn: () => bodyOf(api.GET('/v1/tasks', { params: { query } })),
  });
  return (
    <Section title={title}>
      <ProblemAlert error={found.error} />
      {found.data && (
        <ShortTasks tasks={found.data.tasks} empty={empty} more={found.data.nextCursor !== null} view={view} />
      )}
    </Section>
  );
}
