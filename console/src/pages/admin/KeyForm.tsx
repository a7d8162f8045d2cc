import { Alert, Button, Checkbox, Group, Modal, NativeSelect, NumberInput, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { type KeyScope, keyScopes } from '../../../../domain/shared/keyScopes.ts';
import { api, bodyOf, type Person } from '../../app/api.ts';
import { CopyText } from '../../parts/CopyText.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';

/** What a key may do, in words. */
export const scopeWords: Record<KeyScope, string> = {
  'cancellations:write': 'Start and withdraw cancellations',
  'feeds:write': 'Set up feeds, run them, and correct rejected rows',
  'tasks:write': 'Do tasks (with a person’s key)',
  'data:report': 'Report data that arrives after a cancellation',
  read: 'Read everything except administration and dealers’ customers',
  'contacts:read': 'Read dealers’ customers and their activities',
  'contacts:write': 'Merge and split dealers’ customers, and keep segments of their activities',
  admin: 'Everything, also people and keys',
};

const labels = {
  '/name': 'Name',
  '/scopes': 'May',
  '/personId': 'For',
  '/expiresAt': 'Expires on',
  '/requestsPerMinute': 'Requests per minute',
};

/** Creates a key, and shows it this once. */
export function KeyForm({ people, onClose }: { people: Person[]; onClose: () => void }) {
  const [name, setName] = useState('');
  const [personId, setPersonId] = useState('');
  const [scopes, setScopes] = useState<KeyScope[]>(['read']);
  const [expiresOn, setExpiresOn] = useState('');
  const [requestsPerMinute, setRequestsPerMinute] = useState<number | string>(600);
  const queries = useQueryClient();
  const create = useMutation({
    mutationFn: () =>
      bodyOf(
        api.POST('/v1/api-keys', {
          body: {
            name: name.trim(),
            scopes,
            personId: personId || null,
            // The end of that day where the administrator is.
            expiresAt: expiresOn ? new Date(`${expiresOn}T23:59:59`).toISOString() : null,
            requestsPerMinute: Number(requestsPerMinute),
          },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['api-keys'] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  if (create.data) {
    return (
      <Modal opened onClose={onClose} title={`The key ${name.trim()} is created`} centered closeOnClickOutside={false}>
        <Stack>
          <Alert color="yellow" title="Copy it now">
            Dealerops keeps no copy of it: it is not shown again.
          </Alert>
          <CopyText label="API key" value={create.data.key} />
          <Group>
            <Button onClick={onClose}>Done</Button>
          </Group>
        </Stack>
      </Modal>
    );
  }
  return (
    <Modal opened onClose={onClose} title="Create an API key" centered>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="Name"
            description="What it is for, such as offboarding. The record names a system by it."
            required
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <NativeSelect
            label="For"
            data={[
              { value: '', label: 'A system' },
              ...people.filter(({ active }) => active).map((one) => ({ value: one.id, label: one.name })),
            ]}
            value={personId}
            onChange={(event) => setPersonId(event.currentTarget.value)}
          />
          <Checkbox.Group label="May" value={scopes} onChange={(chosen) => setScopes(chosen as KeyScope[])} required>
            <Stack gap={6} mt="xs">
              {keyScopes.map((scope) => (
                <Checkbox key={scope} value={scope} label={scopeWords[scope]} description={scope} />
              ))}
            </Stack>
          </Checkbox.Group>
          <TextInput
            label="Expires on"
            description="Leave it empty for a key that does not expire."
            type="date"
            value={expiresOn}
            onChange={(event) => setExpiresOn(event.currentTarget.value)}
          />
          <NumberInput
            label="Requests per minute"
            min={1}
            max={100_000}
            allowDecimal={false}
            value={requestsPerMinute}
            onChange={setRequestsPerMinute}
          />
          <ProblemAlert error={create.error} labels={labels} />
          <Group>
            <Button type="submit" loading={create.isPending}>
              Create
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
