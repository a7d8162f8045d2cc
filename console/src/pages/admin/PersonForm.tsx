import { Button, Checkbox, Group, Modal, NativeSelect, Stack, Switch, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { type Team, teams } from '../../../../domain/shared/tasks.ts';
import { api, bodyOf, type Person } from '../../app/api.ts';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';

const labels = { 'path id': 'ID', '/name': 'Name', '/email': 'Email', '/teams': 'Teams', '/leadOf': 'Team lead of' };

/** Enters a person, or changes one. @param person absent for a new one */
export function PersonForm({ person, onClose }: { person?: Person; onClose: () => void }) {
  const [id, setId] = useState(person?.id ?? '');
  const [name, setName] = useState(person?.name ?? '');
  const [email, setEmail] = useState(person?.email ?? '');
  const [own, setOwn] = useState<Team[]>(person?.teams ?? ['ops']);
  const [leadOf, setLeadOf] = useState<Team | ''>(person?.leadOf ?? '');
  const [active, setActive] = useState(person?.active ?? true);
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: () =>
      bodyOf(
        api.PUT('/v1/people/{id}', {
          params: { path: { id: id.trim() } },
          body: { name, email: email.trim(), teams: own, leadOf: leadOf || null, active },
        }),
      ),
    onSuccess: (saved) => {
      void queries.invalidateQueries({ queryKey: ['people'] });
      notifications.show({ message: `${saved.name} is saved.`, color: 'green' });
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={person ? `Edit ${person.name}` : 'Add a person'} centered>
      <form onSubmit={submit}>
        <Stack>
          {!person && (
            <TextInput
              label="ID"
              description="Lower-case letters, digits, . _ or -. It is in every record and cannot be changed later."
              required
              value={id}
              onChange={(event) => setId(event.currentTarget.value)}
            />
          )}
          <TextInput label="Name" required value={name} onChange={(event) => setName(event.currentTarget.value)} />
          <TextInput
            label="Email"
            description="For reminders and notices"
            type="email"
            required
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <Checkbox.Group
            label="Teams"
            description="Whose tasks they see and do"
            value={own}
            onChange={(chosen) => {
              setOwn(chosen as Team[]);
              if (leadOf && !chosen.includes(leadOf)) setLeadOf('');
            }}
          >
            <Group gap="sm" mt="xs">
              {teams.map((team) => (
                <Checkbox key={team} value={team} label={team} />
              ))}
            </Group>
          </Checkbox.Group>
          <NativeSelect
            label="Team lead of"
            description="Decides what happens to tasks that cannot be done"
            data={[{ value: '', label: 'No team' }, ...own.map((team) => ({ value: team, label: team }))]}
            value={leadOf}
            onChange={(event) => setLeadOf(event.currentTarget.value as Team | '')}
          />
          {person && (
            <Switch label="Works here" checked={active} onChange={(event) => setActive(event.currentTarget.checked)} />
          )}
          {person?.active && !active && (
            <Text size="sm" role="alert">
              {person.name}’s API keys and sessions stop working, and they get no more tasks. The team lead assigns
              their open tasks to others.
            </Text>
          )}
          <ProblemAlert error={save.error} labels={labels} />
          <Group>
            <Button type="submit" loading={save.isPending}>
              Save
            </Button>
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
