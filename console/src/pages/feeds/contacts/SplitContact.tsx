import { SimpleGrid, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { type ApiProblem, api } from '../../../app/api.ts';
import { NoteField } from '../../../parts/NoteField.tsx';
import { useRequestKey } from '../../../parts/useRequestKey.ts';
import { type Activity, type Contact, contactName } from '../activityWords.ts';
import { FormDialog } from '../FormDialog.tsx';
import { inWords } from '../words.ts';
import { useContactChange } from './useContactChange.ts';

interface Props {
  contact: Contact;
  activities: Activity[];
  onDone: () => void;
}

const labels = {
  firstName: 'First name',
  lastName: 'Last name',
  company: 'Company',
  email: 'Email',
  phone: 'Phone',
  postalCode: 'Postal code',
  customerNumber: 'Customer number',
} as const;
type Field = keyof typeof labels;
const fields = Object.keys(labels) as Field[];

/** Gives some activities of a contact to a new one. */
export function SplitContact({ contact, activities, onDone }: Props) {
  const { id } = contact;
  const [given, setGiven] = useState<Partial<Record<Field, string>>>({});
  const [reason, setReason] = useState('');
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value.trim() !== ''));
  const body = { activities: activities.map((one) => one.id), contact: said, reason };
  const key = useRequestKey(body);
  const split = useContactChange(() =>
    api.POST('/v1/contacts/{id}/split', { params: { path: { id }, header: { 'idempotency-key': key } }, body }),
  );
  const refusalOf = (path: string) => (split.error as ApiProblem | null)?.of?.(path);
  return (
    <FormDialog
      title="Split the contact"
      submit="Split"
      size="lg"
      onDone={onDone}
      onSubmit={() => split.mutate(undefined, { onSuccess: onDone })}
      isPending={split.isPending}
      isReady={Object.keys(said).length > 0 && reason.trim() !== ''}
      error={split.error}
      labels={{ '/reason': 'Reason', '/activities': 'The activities', '/contact': 'The new contact' }}
      except={fields.map((name) => `/contact/${name}`)}
    >
      <Text size="sm">
        {activities.length === 1 ? 'The activity' : `The ${inWords(activities.length)} activities`} that you selected
        will have a contact of their own, whatever later files say. What is given here no longer leads to{' '}
        {contactName(contact)}.
      </Text>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        {fields.map((name) => (
          <TextInput
            key={name}
            label={labels[name]}
            maxLength={254}
            value={given[name] ?? ''}
            error={refusalOf(`/contact/${name}`)}
            onChange={({ currentTarget: { value } }) => setGiven((before) => ({ ...before, [name]: value }))}
          />
        ))}
      </SimpleGrid>
      <NoteField
        label="Reason"
        description="For the audit trail: without anything that identifies the customer"
        value={reason}
        onType={setReason}
      />
    </FormDialog>
  );
}
