import { Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, bodyOf } from '../../../app/api.ts';
import { NoteField } from '../../../parts/NoteField.tsx';
import { type Contact, contactName, orNone } from '../activityWords.ts';
import { Facts } from '../Facts.tsx';
import { FormDialog } from '../FormDialog.tsx';
import { useContactChange } from './useContactChange.ts';

interface Props {
  contact: Contact;
  onDone: () => void;
}

/** Says that a contact is the same person as another one, which is shown before. */
export function MergeContact({ contact, onDone }: Props) {
  const { id } = contact;
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('');
  const [asked] = useDebouncedValue(idIn(typed), 250);
  const other = useQuery({
    queryKey: ['contact', asked],
    queryFn: () => bodyOf(api.GET('/v1/contacts/{id}', { params: { path: { id: asked! } } })),
    enabled: asked !== undefined && asked !== id,
    retry: false,
    refetchInterval: false,
  });
  const into = asked === idIn(typed) && asked !== id ? other.data : undefined;
  const merge = useContactChange(() =>
    api.POST('/v1/contacts/{id}/merge', { params: { path: { id } }, body: { into: into!.id, reason } }),
  );
  return (
    <FormDialog
      title="Merge the contact into another one"
      submit="Merge"
      onDone={onDone}
      onSubmit={() => merge.mutate(undefined, { onSuccess: onDone })}
      isPending={merge.isPending}
      isReady={into !== undefined && reason.trim() !== ''}
      error={merge.error}
      labels={{ '/into': 'Contact that stays', '/reason': 'Reason' }}
    >
      <Text size="sm">
        All activities of {contactName(contact)}, now and later, are then those of the contact that stays. Contacts that
        were merged by mistake are split.
      </Text>
      <TextInput
        label="Contact that stays"
        description="Its contact ID, or the address of its page"
        value={typed}
        error={asked === id ? 'This is the contact itself.' : asked !== undefined && other.error?.message}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {into && (
        <Facts
          facts={[
            ['Name', contactName(into)],
            ['Email', orNone(into.email)],
            ['Phone', orNone(into.phone)],
            ['Customer number', orNone(into.customerNumber)],
          ]}
        />
      )}
      <NoteField
        label="Reason"
        description="For the audit trail: without anything that identifies the customer"
        value={reason}
        onType={setReason}
      />
    </FormDialog>
  );
}

/** An ID at the end of what was typed or pasted. */
function idIn(text: string): string | undefined {
  return /^(?:.*\/contacts\/)?([1-9]\d{0,17})\/?$/.exec(text.trim())?.[1];
}
