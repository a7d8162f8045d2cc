import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import Bowser from 'bowser';
import { api, bodyOf } from '../../app/api.ts';
import { latestError } from '../../parts/latestError.ts';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { When } from '../../parts/When.tsx';

/** What a person calls the browser, such as `Firefox 144 on Windows`. @param userAgent as the browser names itself */
function browserName(userAgent: string): string {
  if (!userAgent) return 'Unknown browser';
  const { browser, os } = Bowser.parse(userAgent);
  if (!browser.name) return userAgent.slice(0, 60);
  const version = browser.version?.split('.')[0];
  return [browser.name, version, os.name && `on ${os.name}`].filter(Boolean).join(' ');
}

/** Where the person is signed in, to end what they no longer use or do not recognize. */
export function Sessions() {
  const queries = useQueryClient();
  const sessions = useQuery({ queryKey: ['sessions'], queryFn: () => bodyOf(api.GET('/v1/sessions')) });
  const end = useMutation({
    mutationFn: (id: string) => api.DELETE('/v1/sessions/{id}', { params: { path: { id } } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['sessions'] }),
  });
  const endAll = useMutation({
    mutationFn: () => api.DELETE('/v1/sessions'),
    onSuccess: () => window.location.reload(),
  });
  return (
    <Stack>
      <PageTitle>Your sessions</PageTitle>
      <Text>
        A session ends when you sign out, 30 minutes after you last used it, and 12 hours after it began. End those that
        you do not recognize, and have their API key revoked.
      </Text>
      <ProblemAlert error={sessions.error} />
      <ProblemAlert error={latestError(end, endAll)} />
      <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Sessions">
        {sessions.data?.sessions.map(({ id, current, browser, address, keyName, createdAt, lastUsedAt }) => (
          <Paper key={id} component="li" withBorder p="sm">
            <Group justify="space-between" gap="xs">
              <div style={{ flex: '1 1 20rem' }}>
                <Group gap="xs">
                  <Text fw={600}>{address}</Text>
                  {current && <Badge>this one</Badge>}
                </Group>
                <Text size="sm" c="dimmed" title={browser}>
                  {browserName(browser)}
                </Text>
                <Text size="sm">
                  Key {keyName}, began <When at={createdAt} />, last used <When at={lastUsedAt} />
                </Text>
              </div>
              {!current && (
                <Button
                  size="compact-sm"
                  variant="default"
                  onClick={() => end.mutate(id)}
                  aria-label={`End the session from ${address}`}
                >
                  End
                </Button>
              )}
            </Group>
          </Paper>
        ))}
      </Stack>
      <Group>
        <Button variant="default" onClick={() => endAll.mutate()} loading={endAll.isPending}>
          Sign out everywhere
        </Button>
      </Group>
    </Stack>
  );
}
