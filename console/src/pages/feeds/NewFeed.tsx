import { Button, Group, NativeSelect, Paper, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import {
  type FeedDms,
  type FeedKind,
  feedDmsNames,
  feedDmsTitles,
  kindsOfDms,
} from '../../../../domain/feeds/feeds.ts';
import { api, bodyOf } from '../../app/api.ts';
import { BackLink } from '../../parts/BackLink.tsx';
import { DealerField } from '../../parts/DealerField.tsx';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { useDealer } from '../../parts/useDealer.ts';
import { useRequestKey } from '../../parts/useRequestKey.ts';
import { bodyOfSettings, fieldPaths, newSettings, SettingsFields, settingsLabels } from './SettingsFields.tsx';
import { kindTitles } from './words.ts';

/** Sets up the import of a dealer's sales or service files. */
export function NewFeed() {
  const { account } = useSearch({ from: '/feeds/new' });
  const navigate = useNavigate({ from: '/feeds/new' });
  const [dms, setDms] = useState<FeedDms>('ids');
  const [kind, setKind] = useState<FeedKind>('sales');
  const [settings, setSettings] = useState(newSettings);
  const offered = kindsOfDms[dms];
  const asked = offered.includes(kind) ? kind : offered[0]!;
  const dealer = useDealer(account);
  const body = { account: account ?? '', dms, kind: asked, sftp: true as const, ...bodyOfSettings(settings) };
  const key = useRequestKey(body);
  const create = useMutation({
    mutationFn: () => bodyOf(api.POST('/v1/feeds/imports', { params: { header: { 'idempotency-key': key } }, body })),
    onSuccess: ({ id }) => navigate({ to: '/feeds/$id', params: { id } }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <Stack>
      <BackLink to="/feeds">Feeds</BackLink>
      <PageTitle>New feed import</PageTitle>
      <Text size="sm" maw={640}>
        For files that ProResponse delivers already: nobody is asked for permission, and no trial comes before the daily
        sync. For a dealer whose files are still to be asked for, use “Request a dealer’s files” instead.
      </Text>
      <Paper withBorder p="md" maw={640}>
        <form onSubmit={submit}>
          <Stack>
            <DealerField
              account={account}
              name={dealer.data?.name ?? null}
              onChoose={(chosen) => navigate({ search: { account: chosen } })}
            />
            <NativeSelect
              label="DMS"
              data={feedDmsNames.map((value) => ({ value, label: feedDmsTitles[value] }))}
              value={dms}
              onChange={(event) => setDms(event.currentTarget.value as FeedDms)}
            />
            <NativeSelect
              label="Kind"
              description={offered.length === 1 ? `${feedDmsTitles[dms]} offers ${offered[0]} only.` : undefined}
              data={offered.map((value) => ({ value, label: kindTitles[value] }))}
              value={asked}
              onChange={(event) => setKind(event.currentTarget.value as FeedKind)}
            />
            <SettingsFields
              settings={settings}
              onChange={(part) => setSettings((before) => ({ ...before, ...part }))}
              error={create.error}
            />
            <ProblemAlert error={dealer.error ?? create.error} labels={settingsLabels} except={fieldPaths} />
            <Group>
              <Button type="submit" loading={create.isPending} disabled={account === undefined}>
                Create
              </Button>
            </Group>
          </Stack>
        </form>
      </Paper>
    </Stack>
  );
}
