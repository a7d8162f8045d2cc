import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { sentenceCase } from '../../../../domain/shared/words.ts';
import type { components } from '../../app/api.generated.ts';
import { api, bodyOf } from '../../app/api.ts';
import { ActionButton } from '../../parts/ActionButton.tsx';
import { Section } from '../../parts/Section.tsx';
import { afterImport } from './afterImport.ts';
import { Facts } from './Facts.tsx';
import { FormDialog } from './FormDialog.tsx';
import { missingFor } from './missingFor.ts';
import {
  bodyOfSettings,
  fieldPaths,
  inPercent,
  SettingsFields,
  settingsLabels,
  settingsOf,
} from './SettingsFields.tsx';
import { useFeedChange } from './useFeed.ts';
import { type Feed, feedTitle } from './words.ts';

/** The feed's settings; none of them is a secret. */
export function FeedSettings({ feed }: { feed: Feed }) {
  // The feed as it was when the person began to change it: a later change by somebody else is not overwritten.
  const [changed, setChanged] = useState<Feed>();
  const columns = useQuery({ queryKey: ['feed columns'], queryFn: () => bodyOf(api.GET('/v1/feeds/columns')) });
  const rows: [label: string, value: string][] = [
    ['Files', feed.regex ? `names that end with ${feed.filename}` : feed.filename],
    ['After the import', afterImport(feed)],
    ['User name', `secret ${feed.username}`],
    feed.privateKey ? ['Private key', `secret ${feed.privateKey}`] : ['Password', `secret ${feed.password}`],
    ['Host keys', feed.hostKeys.join(', ')],
    [settingsLabels['/maxRejectedShare'], `${inPercent(feed.maxRejectedShare)}%`],
    [settingsLabels['/silentAfterDays'], String(feed.silentAfterDays)],
    [settingsLabels['/smallBelowShare'], `${inPercent(feed.smallBelowShare)}%`],
  ];
  return (
    <Section
      title="Settings"
      aside={
        <ActionButton variant="default" size="xs" missing={missingFor(feed, 'change')} onClick={() => setChanged(feed)}>
          Change …
        </ActionButton>
      }
    >
      <Facts facts={rows} />
      {columns.data && (
        <>
          <Text size="sm" c="dimmed" mt="xs">
            All dealers of a DMS have the same columns.{' '}
            {columns.data.suggestionsTo
              ? `Send suggestions for more to ${columns.data.suggestionsTo}.`
              : 'Where to send suggestions for more is not set up yet: ask your administrator.'}
          </Text>
          <Columns feed={feed} profiles={columns.data.profiles} />
        </>
      )}
      {changed && <ChangeSettings feed={changed} onDone={() => setChanged(undefined)} />}
    </Section>
  );
}

/** By which columns of its files each field is read; of several the first that has a value counts. */
function Columns({ feed, profiles }: { feed: Feed; profiles: components['schemas']['FeedColumns']['profiles'] }) {
  const profile = profiles.find(({ dms, kind }) => dms === feed.dms && kind === feed.kind);
  const words = (field: string) => sentenceCase(field.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
  return (
    profile && (
      <details>
        <summary>Columns of {feedTitle(feed)} files</summary>
        <Facts
          facts={profile.fields.map(({ field, columns, isRequired }) => [
            `${words(field)}${isRequired ? ' (required)' : ''}`,
            columns.join(', '),
          ])}
        />
      </details>
    )
  );
}

function ChangeSettings({ feed, onDone }: { feed: Feed; onDone: () => void }) {
  const [settings, setSettings] = useState(() => settingsOf(feed));
  const { id, version } = feed;
  const change = useFeedChange(id, (body: ReturnType<typeof bodyOfSettings>) =>
    api.PATCH('/v1/feeds/imports/{id}', { params: { path: { id } }, body: { version, ...body } }),
  );
  return (
    <FormDialog
      title="Change the settings"
      submit="Save"
      size="lg"
      onDone={onDone}
      onSubmit={() => change.mutate(bodyOfSettings(settings), { onSuccess: onDone })}
      isPending={change.isPending}
      error={change.error}
      labels={settingsLabels}
      except={fieldPaths}
    >
      <Text size="sm">
        A run in progress uses them from its next file on; a new folder or file pattern applies from the next run.
      </Text>
      <SettingsFields
        settings={settings}
        onChange={(part) => setSettings((before) => ({ ...before, ...part }))}
        error={change.error}
      />
    </FormDialog>
  );
}
