import { AppShell, Button, Container, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api } from './api.ts';
import { Link, usePath } from './router.tsx';
import { useSession } from './session.tsx';
import classes from './shell.module.css';

const places = [
  ['/tasks', 'Tasks'],
  ['/cancellations', 'Cancellations'],
  ['/new', 'New cancellation'],
] as const;

/** The frame of every page: where one can go, and who is signed in. */
export function Shell({ children }: { children: ReactNode }) {
  const path = usePath();
  const { id, scopes } = useSession();
  const queries = useQueryClient();
  const signOut = useMutation({
    mutationFn: () => api.DELETE('/v1/session'),
    onSuccess: () => queries.resetQueries(),
    onError: ({ message }) => notifications.show({ message: `You are still signed in. ${message}`, color: 'red' }),
  });
  const mayStart = scopes.includes('cancellations:write') || scopes.includes('admin');
  return (
    <AppShell header={{ height: { base: 92, sm: 56 } }} padding="md">
      <AppShell.Header className={classes.header}>
        <Link to="/tasks" fw={700} c="inherit" underline="never">
          Dealerops
        </Link>
        <Group component="nav" gap="lg" className={classes.places} aria-label="Pages">
          {places
            .filter(([to]) => to !== '/new' || mayStart)
            .map(([to, title]) => {
              const here = path === to || path.startsWith(`${to}/`);
              return (
                <Link key={to} to={to} className={classes.place} aria-current={here ? 'page' : undefined}>
                  {title}
                </Link>
              );
            })}
        </Group>
        <Group gap="sm" wrap="nowrap" ml="auto">
          <Link to="/sessions" size="sm" c="dimmed" truncate title="Your sessions">
            {id}
          </Link>
          <Button size="compact-sm" variant="subtle" onClick={() => signOut.mutate()}>
            Sign out
          </Button>
        </Group>
      </AppShell.Header>
      <AppShell.Main>
        <Container size="lg" px={0}>
          {children}
        </Container>
      </AppShell.Main>
    </AppShell>
  );
}
