import { Badge, Button, Group, Paper, Stack, Switch, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { allPeople, type Person } from '../../app/api.ts';
import { Link } from '../../parts/Link.tsx';
import { Loading } from '../../parts/Loading.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { useNow } from '../../parts/When.tsx';
import { PersonForm } from './PersonForm.tsx';
import { endOf, useApiKeys } from './useApiKeys.ts';

/** Who does tasks: their teams, which they lead, who is an administrator by an API key, and who has left. */
export function People() {
  const people = useQuery({ queryKey: ['people'], queryFn: allPeople });
  const keys = useApiKeys();
  const now = useNow();
  const administrators = new Set(
    keys.data?.filter((key) => key.scopes.includes('admin') && !endOf(key, now)).map(({ personId }) => personId),
  );
  const [edited, setEdited] = useState<Person | 'new' | null>(null);
  const [withFormer, setWithFormer] = useState(false);
  const shown = people.data?.filter(({ active }) => active || withFormer);
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Button onClick={() => setEdited('new')}>Add a person</Button>
        <Switch
          label="Show people who have left"
          checked={withFormer}
          onChange={(event) => setWithFormer(event.currentTarget.checked)}
        />
      </Group>
      <ProblemAlert error={people.error ?? keys.error} />
      {people.isPending && <Loading what="the people" />}
      <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }} aria-label="People">
        {shown?.map((person) => (
          <Paper key={person.id} component="li" withBorder p="sm">
            <Group justify="space-between" gap="sm">
              <div style={{ flex: '1 1 16rem' }}>
                <Group gap="xs">
                  <Text fw={600}>{person.name}</Text>
                  {!person.active && <Badge color="gray">has left</Badge>}
                  {administrators.has(person.id) && <Badge color="indigo">administrator</Badge>}
                  {person.leadOf && <Badge color="grape">team lead of {person.leadOf}</Badge>}
                </Group>
                <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                  {person.id} · {person.email}
                </Text>
                <Text size="sm">{person.teams.length > 0 ? `Teams: ${person.teams.join(', ')}` : 'In no team'}</Text>
              </div>
              <Group gap="xs">
                <Link to="/admin" search={{ view: 'events', by: person.id }} size="sm">
                  Changes by {person.name}
                </Link>
                <Button
                  size="compact-sm"
                  variant="default"
                  onClick={() => setEdited(person)}
                  aria-label={`Edit ${person.name}`}
                >
                  Edit
                </Button>
              </Group>
            </Group>
          </Paper>
        ))}
      </Stack>
      {edited && <PersonForm person={edited === 'new' ? undefined : edited} onClose={() => setEdited(null)} />}
    </Stack>
  );
}
