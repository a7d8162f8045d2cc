import { Group, Stack, Text } from '@mantine/core';
import { useNavigate, useParams } from '@tanstack/react-router';
import { ApiProblem } from '../../app/api.ts';
import { lastSearch } from '../../app/lastSearch.ts';
import { useSession } from '../../app/session.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { Link } from '../../parts/Link.tsx';
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
  const isMissing = found.error instanceof ApiProblem && found.error.problem.status === 404;
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
      {found.data && <PageTitle>{found.data.content.title}</PageTitle>}
      <ProblemAlert error={found.error} />
      {found.data && <TaskView key={id} task={found.data} next={<NextOfList id={id} />} />}
    </Stack>
  );
}

function BackToWork() {
  const { task: _beside, ...search } = lastSearch('/work') as WorkSearch;
  return (
    <Link to="/work" search={search} size="sm">
      ← Work
    </Link>
  );
}

/** The most urgent task of the list from which the person came. */
function NextOfList({ id }: { id: string }) {
  const session = useSession();
  const navigate = useNavigate();
  const { task: _beside, ...search } = lastSearch('/work') as WorkSearch;
  const list = useTaskList({ ...search, view: search.view ?? firstView(session) });
  if (list.isFetching && !list.isFetchedAfterMount) return <Text size="sm">Done. Looking for the next task …</Text>;
  const next = list.rows?.find((row) => row.id !== id);
  return (
    <NextTask
      title={next?.content.title}
      onOpen={() => next && navigate({ to: '/tasks/$id', params: { id: next.id } })}
      back={<BackToWork />}
    />
  );
}
