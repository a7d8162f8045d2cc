import { Badge, Button, Group, Modal, Paper, Stack, Switch, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { allPeople, api } from '../../app/api.ts';
import { Loading } from '../../parts/Loading.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { At, useNow } from '../../parts/When.tsx';
import { KeyForm, scopeWords } from './KeyForm.tsx';
import { endOf, type Key, useApiKeys } from './useApiKeys.ts';

/** The API keys of people and systems: to create, and to revoke. */
export function Keys() {
  const keys = useApiKeys();
  const people = useQuery({ queryKey: ['people'], queryFn: allPeople });
  const now = useNow();
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<Key | null>(null);
  const [withEnded, setWithEnded] = useState(false);
  const names = new Map(people.data?.map(({ id, name }) => [id, name]));
  const ownerOf = ({ personId }: Key) => (personId ? (names.get(personId) ?? personId) : 'A system');
  const shown = keys.data?.filter((key) => withEnded || !endOf(key, now));
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Button onClick={() => setCreating(true)}>Create a key</Button>
        <Switch
          label="Show revoked and expired keys"
          checked={withEnded}
          onChange={(event) => setWithEnded(event.currentTarget.checked)}
        />
      </Group>
      <ProblemAlert error={keys.error ?? people.error} />
      {keys.isPending && <Loading what="the API keys" />}
      <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }} aria-label="API keys">
        {shown?.map((key) => (
          <Paper key={key.id} component="li" withBorder p="sm">
            <Group justify="space-between" gap="sm">
              <div style={{ flex: '1 1 16rem' }}>
                <Group gap="xs">
                  <Text fw={600}>{key.name}</Text>
                  <Text size="sm">{ownerOf(key)}</Text>
                  {endOf(key, now) && <Badge color="gray">{endOf(key, now)}</Badge>}
                </Group>
                <Text size="sm">{key.scopes.map((scope) => scopeWords[scope]).join(' · ')}</Text>
                <Text size="sm" c="dimmed">
                  {key.requestsPerMinute.toLocaleString('en-US')} requests per minute
                  {key.createdAt && (
                    <>
                      {' '}
                      · created <At at={key.createdAt} />
                    </>
                  )}
                  {' · '}
                  {key.expiresAt ? (
                    <>
                      expires <At at={key.expiresAt} />
                    </>
                  ) : (
                    'does not expire'
                  )}
                </Text>
              </div>
              {!endOf(key, now) && (
                <Button
                  size="compact-sm"
                  variant="default"
                  onClick={() => setRevoking(key)}
                  aria-label={`Revoke the key ${key.name}`}
                >
                  Revoke …
                </Button>
              )}
            </Group>
          </Paper>
        ))}
      </Stack>
      {creating && <KeyForm people={people.data ?? []} onClose={() => setCreating(false)} />}
      {revoking && <Revoke apiKey={revoking} owner={ownerOf(revoking)} onClose={() => setRevoking(null)} />}
    </Stack>
  );
}

function Revoke({ apiKey, owner, onClose }: { apiKey: Key; owner: string; onClose: () => void }) {
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => api.DELETE('/v1/api-keys/{id}', { params: { path: { id: apiKey.id } } }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['api-keys'] });
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={`Revoke the key ${apiKey.name}?`} centered>
      <Stack>
        <Text size="sm">
          {apiKey.personId ? `${owner} cannot sign in with it any more` : 'The system that uses it is refused'} at once,
          and sessions that began with it end. A revoked key cannot be restored.
        </Text>
        <ProblemAlert error={revoke.error} />
        <Group>
          <Button color="red" onClick={() => revoke.mutate()} loading={revoke.isPending}>
            Revoke
          </Button>
          <Button variant="default" onClick={onClose}>
            Back
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
