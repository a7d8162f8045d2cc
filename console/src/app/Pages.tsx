import { Text, Title } from '@mantine/core';
import { useEffect } from 'react';
import { CancellationList } from '../pages/cancellations/CancellationList.tsx';
import { CancellationPage } from '../pages/cancellations/CancellationPage.tsx';
import { NewCancellation } from '../pages/cancellations/NewCancellation.tsx';
import { Sessions } from '../pages/shared/Sessions.tsx';
import { TaskList } from '../pages/tasks/TaskList.tsx';
import { TaskPage } from '../pages/tasks/TaskPage.tsx';
import { Link, navigate, usePath } from './router.tsx';
import { Shell } from './Shell.tsx';

/** The page of each address. */
export function Pages() {
  const path = usePath();
  useEffect(() => {
    if (path === '/') navigate('/tasks', { replace: true });
  }, [path]);
  const [, place, id] = path.split('/');
  return <Shell>{pageAt(place, id)}</Shell>;
}

function pageAt(place = '', id?: string) {
  if (place === '') return null;
  if (place === 'tasks') return id ? <TaskPage key={id} id={id} /> : <TaskList />;
  if (place === 'cancellations') return id ? <CancellationPage key={id} id={id} /> : <CancellationList />;
  if (place === 'new') return <NewCancellation />;
  if (place === 'sessions') return <Sessions />;
  return (
    <>
      <Title order={1} size="h2">
        Page not found
      </Title>
      <Text>
        Go to <Link to="/tasks">your tasks</Link>.
      </Text>
    </>
  );
}
