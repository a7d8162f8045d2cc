import { Alert, Stack, Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useSession } from '../../app/session.tsx';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { Events } from './Events.tsx';
import { Keys } from './Keys.tsx';
import { People } from './People.tsx';
import { Schedules } from './Schedules.tsx';
import type { adminViews } from './search.ts';

/** What administrators look after: people, API keys, schedules, and the trail of changes. */
export function AdminPage() {
  const { view = 'people' } = useSearch({ from: '/admin' });
  const navigate = useNavigate({ from: '/admin' });
  const { scopes } = useSession();
  return (
    <Stack>
      <PageTitle>Admin</PageTitle>
      {!scopes.includes('admin') ? (
        <Alert color="yellow" title="For administrators">
          Your API key does not have the scope admin. Ask an administrator to change what you need.
        </Alert>
      ) : (
        <Tabs
          value={view}
          onChange={(next) =>
            navigate({
              search: next === 'people' ? {} : { view: next as (typeof adminViews)[number] },
              resetScroll: false,
            })
          }
        >
          <Tabs.List mb="md">
            <Tabs.Tab value="people">People</Tabs.Tab>
            <Tabs.Tab value="keys">API keys</Tabs.Tab>
            <Tabs.Tab value="schedules">Schedules</Tabs.Tab>
            <Tabs.Tab value="events">Changes</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="people">{view === 'people' && <People />}</Tabs.Panel>
          <Tabs.Panel value="keys">{view === 'keys' && <Keys />}</Tabs.Panel>
          <Tabs.Panel value="schedules">{view === 'schedules' && <Schedules />}</Tabs.Panel>
          <Tabs.Panel value="events">{view === 'events' && <Events />}</Tabs.Panel>
        </Tabs>
      )}
    </Stack>
  );
}
