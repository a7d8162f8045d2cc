import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { isReadyFor } from '../../../../domain/shared/taskRules.ts';
import { isNotFound } from '../../app/api.ts';
import { lastSearch } from '../../app/lastSearch.ts';
import { overviewQuery } from '../../app/overviewQuery.ts';
import { useSession } from '../../app/session.tsx';
import { BackLink } from '../../parts/BackLink.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import type { WorkSearch } from './search.ts';
import { NextTask, TaskView } from './TaskView.tsx';
import { useTask } from './useTask.ts';
import { useTaskList } from './useTaskList.ts';
import { firstView } from './views.ts';

/** A task on a page of its own; mails lead here. */
export function TaskPage() {
  const { id } = useParams({ from: '/tasks/$id' });
  const found = useTask(id);
  const isMissing = isNotFound(found.error);
  const back = <BackToWork />;
  if (isMissing) {
    return (
      <Stack>
        <Group>{back}</Group>
        <PageTitle>Task not found</PageTitle>
        <Empty>
          There is no task at this address. If a mail led here, the address may have been cut off: copy all of it.
        </Empty>
      </Stack>
    );
  }
  return (
    <Stack>
      <Group>{back}</Group>
      {found.data && <PageTitle key={id}>{found.data.content.title}</PageTitle>}
      {!found.data && found.error && <PageTitle>The task cannot be shown</PageTitle>}
      <ProblemAlert error={found.error} />
      {found.data && <TaskView key={id} task={found.data} next={<NextOfList id={id} />} />}
    </Stack>
  );
}

function BackToWork() {
  const { task: _beside, ...search } = lastSearch('/work') as WorkSearch;
  return (
    <BackLink to="/work" search={search}>
      Work
    </BackLink>
  );
}

/** The first task of the list from which the person came that is theirs to do. */
function NextOfList({ id }: { id: string }) {
  const session = useSession();
  const navigate = useNavigate();
  const { task: _beside, ...search } = lastSearch('/work') as WorkSearch;
  const counts = useQuery(overviewQuery);
  const list = useTaskList({ ...search, view: search.view ?? firstView(session, counts.data?.tasks) });
  if (list.isFetching && !list.isFetchedAfterMount) return <Text size="sm">Done. Looking for the next task …</Text>;
  const next = list.rows?.find((row) => row.id !== id && isReadyFor(row, session, Date.now()));
  return (
    <NextTask
      title={next?.content.title}
      onOpen={() => next && navigate({ to: '/tasks/$id', params: { id: next.id } })}
      back={<BackToWork />}
    />
  );
}
