import { ActionIcon, Menu, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../../app/api.ts';
import type { Segment } from '../activityWords.ts';
import { FormDialog } from '../FormDialog.tsx';
import { MenuAction } from '../MenuAction.tsx';
import { type ActivitySearch, filterLabels, filterOf, notToSave } from './filter.ts';

interface Props {
  segment: Segment;
  /** What is searched for now. */
  filters: ActivitySearch;
}

/** What one can do with a segment: each change is of the segment as it was when the dialog was opened. */
export function SegmentMenu({ segment, filters }: Props) {
  const [dialog, setDialog] = useState<{ kind: 'rename' | 'replace' | 'delete'; of: Segment }>();
  const open = (kind: 'rename' | 'replace' | 'delete') => () => setDialog({ kind, of: segment });
  const close = () => setDialog(undefined);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" size="sm" aria-label={`Change the segment ${segment.name}`}>
            …
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={open('rename')}>Rename …</Menu.Item>
          <MenuAction missing={notToSave(filters)} onClick={open('replace')}>
            Replace by these filters …
          </MenuAction>
          <Menu.Item onClick={open('delete')}>Delete …</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog?.kind === 'rename' && <Rename segment={dialog.of} onDone={close} />}
      {dialog?.kind === 'replace' && <Replace segment={dialog.of} filters={filters} onDone={close} />}
      {dialog?.kind === 'delete' && <Delete segment={dialog.of} onDone={close} />}
    </>
  );
}

interface DialogProps {
  segment: Segment;
  onDone: () => void;
}

function useSegmentChange<Change>(
  { account }: Segment,
  onDone: () => void,
  send: (change: Change) => Promise<unknown>,
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSuccess: onDone,
    onSettled: () => queries.invalidateQueries({ queryKey: ['segments', account] }),
  });
}

function Rename({ segment, onDone }: DialogProps) {
  const { id, version } = segment;
  const [name, setName] = useState(segment.name);
  const change = useSegmentChange(segment, onDone, () =>
    api.PATCH('/v1/segments/{id}', { params: { path: { id } }, body: { version, name } }),
  );
  return (
    <FormDialog
      title="Rename the segment"
      submit="Rename"
      onDone={onDone}
      onSubmit={() => change.mutate(undefined)}
      isPending={change.isPending}
      isReady={name.trim() !== ''}
      error={change.error}
      labels={{ '/name': 'Name' }}
    >
      <TextInput label="Name" maxLength={100} value={name} onChange={(event) => setName(event.currentTarget.value)} />
    </FormDialog>
  );
}

function Replace({ segment, filters, onDone }: DialogProps & { filters: ActivitySearch }) {
  const { id, version, name } = segment;
  const change = useSegmentChange(segment, onDone, () =>
    api.PATCH('/v1/segments/{id}', { params: { path: { id } }, body: { version, filter: filterOf(filters) } }),
  );
  return (
    <FormDialog
      title="Replace the segment’s filters"
      submit="Replace"
      onDone={onDone}
      onSubmit={() => change.mutate(undefined)}
      isPending={change.isPending}
      error={change.error}
      labels={filterLabels}
    >
      <Text size="sm">“{name}” then finds what the filters of this page find.</Text>
    </FormDialog>
  );
}

function Delete({ segment, onDone }: DialogProps) {
  const { id, version, name } = segment;
  const change = useSegmentChange(segment, onDone, () =>
    api.DELETE('/v1/segments/{id}', { params: { path: { id }, query: { version } } }),
  );
  return (
    <FormDialog
      title="Delete the segment"
      submit="Delete"
      color="red"
      onDone={onDone}
      onSubmit={() => change.mutate(undefined)}
      isPending={change.isPending}
      error={change.error}
      labels={{}}
    >
      <Text size="sm">“{name}” is deleted for everybody. Its activities stay.</Text>
    </FormDialog>
  );
}
