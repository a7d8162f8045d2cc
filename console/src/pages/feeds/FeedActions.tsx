import { Button, Menu, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, bodyOf } from '../../app/api.ts';
import { ActionButton } from '../../parts/ActionButton.tsx';
import { NoteField } from '../../parts/NoteField.tsx';
import { afterImport } from './afterImport.ts';
import { FormDialog } from './FormDialog.tsx';
import { MenuAction } from './MenuAction.tsx';
import { missingFor } from './missingFor.ts';
import { useFeedChange } from './useFeed.ts';
import type { Feed } from './words.ts';

type Started = 'run' | 'dry-run' | 'backfill';
type Dialog = 'backfill' | 'pause' | 'end';

/** What a person can do with a feed; what is not possible now says why. */
export function FeedActions({ feed }: { feed: Feed }) {
  const [dialog, setDialog] = useState<Dialog>();
  const close = () => setDialog(undefined);
  const start = useStart(feed);
  const path = { id: feed.id };
  const resume = useFeedChange(feed.id, () => api.POST('/v1/feeds/imports/{id}/resume', { params: { path } }));
  const keep = useFeedChange(feed.id, () => api.DELETE('/v1/feeds/imports/{id}/end', { params: { path } }));
  const told = (error: Error) =>
    notifications.show({ message: error.message, color: 'red', title: 'That was not possible' });
  const isPaused = feed.state === 'paused';
  return (
    <>
      <ActionButton
        size="xs"
        missing={missingFor(feed, 'run')}
        onClick={() => start.mutate({ what: 'run' }, { onError: told })}
        loading={start.isPending}
      >
        Run now
      </ActionButton>
      {isPaused ? (
        <ActionButton
          size="xs"
          variant="default"
          missing={missingFor(feed, 'resume')}
          onClick={() => resume.mutate(undefined, { onError: told })}
          loading={resume.isPending}
        >
          Resume
        </ActionButton>
      ) : (
        <ActionButton
          size="xs"
          variant="default"
          missing={missingFor(feed, 'pause')}
          onClick={() => setDialog('pause')}
        >
          Pause …
        </ActionButton>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <Button size="xs" variant="default">
            More
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <MenuAction
            missing={missingFor(feed, 'dry_run')}
            onClick={() => start.mutate({ what: 'dry-run' }, { onError: told })}
          >
            Dry run
          </MenuAction>
          <MenuAction missing={missingFor(feed, 'backfill')} onClick={() => setDialog('backfill')}>
            Backfill a folder …
          </MenuAction>
          <MenuAction missing={missingFor(feed, 'end')} onClick={() => setDialog('end')}>
            End the feed …
          </MenuAction>
          {feed.end && feed.state !== 'ended' && (
            <MenuAction
              missing={missingFor(feed, 'withdraw_end')}
              onClick={() => keep.mutate(undefined, { onError: told })}
            >
              Withdraw the end
            </MenuAction>
          )}
        </Menu.Dropdown>
      </Menu>
      {dialog === 'backfill' && <Backfill feed={feed} onDone={close} />}
      {dialog === 'pause' && <Pause feed={feed} onDone={close} />}
      {dialog === 'end' && <End feed={feed} onDone={close} />}
    </>
  );
}

/** Starts a run and leads to its page. One key for one press: a broken connection starts none twice. */
function useStart({ id }: Feed) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [key, setKey] = useState(() => crypto.randomUUID());
  return useMutation({
    mutationFn: ({ what, directory }: { what: Started; directory?: string }) => {
      const params = { path: { id }, header: { 'idempotency-key': `${what}/${directory ?? ''}/${key}` } };
      if (what === 'backfill')
        return bodyOf(api.POST('/v1/feeds/imports/{id}/backfill', { params, body: { directory } }));
      return what === 'run'
        ? bodyOf(api.POST('/v1/feeds/imports/{id}/run', { params }))
        : bodyOf(api.POST('/v1/feeds/imports/{id}/dry-run', { params }));
    },
    onSuccess: (run) => {
      setKey(crypto.randomUUID());
      queries.invalidateQueries({ queryKey: ['feed', id] });
      navigate({ to: '/feeds/runs/$id', params: { id: run.id } });
    },
  });
}

interface DialogProps {
  feed: Feed;
  onDone: () => void;
}

function Backfill({ feed, onDone }: DialogProps) {
  const [directory, setDirectory] = useState(feed.directory);
  const start = useStart(feed);
  return (
    <FormDialog
      title="Backfill a folder"
      submit="Backfill"
      onDone={onDone}
      onSubmit={() => start.mutate({ what: 'backfill', directory })}
      isPending={start.isPending}
      isReady={directory.trim() !== ''}
      error={start.error}
      labels={{ '/directory': 'Folder' }}
    >
      <Text size="sm">
        All files of the folder that the feed would take are imported now. What was imported before is not imported
        again.
      </Text>
      <Text size="sm">After its import each file is {afterImport(feed)}.</Text>
      <TextInput
        label="Folder"
        description="On the server of the feed"
        value={directory}
        onChange={(event) => setDirectory(event.currentTarget.value)}
      />
    </FormDialog>
  );
}

function Pause({ feed: { id }, onDone }: DialogProps) {
  const [reason, setReason] = useState('');
  const pause = useFeedChange(id, (body: { reason: string }) =>
    api.POST('/v1/feeds/imports/{id}/pause', { params: { path: { id } }, body }),
  );
  return (
    <FormDialog
      title="Pause the feed"
      submit="Pause"
      onDone={onDone}
      onSubmit={() => pause.mutate({ reason }, { onSuccess: onDone })}
      isPending={pause.isPending}
      isReady={reason.trim() !== ''}
      error={pause.error}
      labels={{ '/reason': 'Reason' }}
    >
      <Text size="sm">No files are taken until it is resumed. A run in progress goes on.</Text>
      <NoteField
        label="Reason"
        description="It is in the audit trail, and shown to whoever resumes the feed."
        value={reason}
        onType={setReason}
      />
    </FormDialog>
  );
}

function End({ feed: { id, end }, onDone }: DialogProps) {
  const [contractReference, setContractReference] = useState(end?.contractReference ?? '');
  const [effectiveOn, setEffectiveOn] = useState(end?.effectiveOn ?? '');
  const ending = useFeedChange(id, (body: { contractReference: string; effectiveOn: string }) =>
    api.POST('/v1/feeds/imports/{id}/end', { params: { path: { id } }, body }),
  );
  return (
    <FormDialog
      title="End the feed"
      submit="End it on this date"
      color="red"
      onDone={onDone}
      onSubmit={() => ending.mutate({ contractReference, effectiveOn }, { onSuccess: onDone })}
      isPending={ending.isPending}
      isReady={contractReference.trim() !== '' && effectiveOn !== ''}
      error={ending.error}
      labels={{ '/contractReference': 'Contract', '/effectiveOn': 'Ends on' }}
    >
      <Text size="sm">From this date its files are not taken any more. Its activities stay.</Text>
      <TextInput
        label="Contract"
        description="What of the contract with the dealer ends the product, such as its number and section"
        maxLength={200}
        value={contractReference}
        onChange={(event) => setContractReference(event.currentTarget.value)}
      />
      <TextInput
        label="Ends on"
        description="A date of the dealer, today or later"
        type="date"
        value={effectiveOn}
        onChange={(event) => setEffectiveOn(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
