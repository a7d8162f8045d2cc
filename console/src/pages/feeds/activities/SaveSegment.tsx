import { Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, bodyOf } from '../../../app/api.ts';
import { useRequestKey } from '../../../parts/useRequestKey.ts';
import { FormDialog } from '../FormDialog.tsx';
import { type ActivitySearch, filterLabels, filterOf, type SavedFilter } from './filter.ts';

interface Props {
  account: string;
  filters: ActivitySearch;
  onDone: (saved?: { filter: SavedFilter }) => void;
}

/** Saves what is searched for now under a name. */
export function SaveSegment({ account, filters, onDone }: Props) {
  const [name, setName] = useState('');
  const body = { account, name, filter: filterOf(filters) };
  const key = useRequestKey(body);
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: () => bodyOf(api.POST('/v1/segments', { params: { header: { 'idempotency-key': key } }, body })),
    onSuccess: async (saved) => {
      await queries.invalidateQueries({ queryKey: ['segments', account] });
      onDone(saved);
    },
  });
  return (
    <FormDialog
      title="Save these filters"
      submit="Save"
      onDone={() => onDone()}
      onSubmit={() => save.mutate()}
      isPending={save.isPending}
      isReady={name.trim() !== ''}
      error={save.error}
      labels={{ '/name': 'Name', ...filterLabels }}
    >
      <Text size="sm">The segment finds what these filters find, also activities that come later.</Text>
      <TextInput label="Name" maxLength={100} value={name} onChange={(event) => setName(event.currentTarget.value)} />
    </FormDialog>
  );
}
