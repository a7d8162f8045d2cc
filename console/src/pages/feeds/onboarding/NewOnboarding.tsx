import { Button, Group, NativeSelect, Paper, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import {
  type FeedDms,
  type FeedKind,
  feedDmsNames,
  feedDmsTitles,
  kindsOfDms,
} from '../../../../../domain/feeds/feeds.ts';
import { kindsInWords, noCdk } from '../../../../../domain/feeds/onboarding.ts';
import { api, bodyOf } from '../../../app/api.ts';
import { useSession } from '../../../app/session.tsx';
import { BackLink } from '../../../parts/BackLink.tsx';
import { DealerField } from '../../../parts/DealerField.tsx';
import { PageTitle } from '../../../parts/PageTitle.tsx';
import { ProblemAlert } from '../../../parts/ProblemAlert.tsx';
import { useDealer } from '../../../parts/useDealer.ts';
import { useRequestKey } from '../../../parts/useRequestKey.ts';

const labels = {
  '/account': 'Dealer',
  '/dms': 'DMS',
  '/kinds': 'What the dealer wants',
  '/contact/name': 'Contact',
  '/contact/phone': 'Phone',
  '/contact/email': 'Email',
  '/exceptionReason': 'Reason for an exception',
};

const nothing = { name: '', phone: '', email: '', exceptionReason: '' };

/** Requests a dealer's files through ProResponse; what is left out, the T2 support team is asked for. */
export function NewOnboarding() {
  const { account } = useSearch({ from: '/feeds/onboardings/new' });
  const navigate = useNavigate({ from: '/feeds/onboardings/new' });
  const { scopes } = useSession();
  const [dms, setDms] = useState<FeedDms>('ids');
  const [chosen, setChosen] = useState<FeedKind | 'both' | ''>('');
  const [said, setSaid] = useState(nothing);
  const dealer = useDealer(account);
  const offered = kindsOfDms[dms];
  const kinds: FeedKind[] =
    chosen === 'both' ? [...offered] : chosen !== '' && offered.includes(chosen) ? [chosen] : [];
  const { exceptionReason, ...contact } = said;
  const given = Object.fromEntries(Object.entries(contact).filter(([, value]) => value.trim() !== ''));
  const body = {
    ...{ account: account ?? '', dms, kinds, contact: given },
    ...(exceptionReason.trim() !== '' && { exceptionReason }),
  };
  const key = useRequestKey(body);
  const request = useMutation({
    mutationFn: () =>
      bodyOf(api.POST('/v1/feeds/onboardings', { params: { header: { 'idempotency-key': key } }, body })),
    onSuccess: ({ id, next, tooLate }) => {
      const isAllTaken = tooLate.length === 0;
      notifications.show({
        message: next,
        color: isAllTaken ? 'green' : 'yellow',
        ...(!isAllTaken && { autoClose: false }),
      });
      return navigate({ to: '/feeds/onboardings/$id', params: { id } });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    request.mutate();
  };
  const field = (name: keyof typeof nothing, label: string, description?: string) => (
    <TextInput
      label={label}
      description={description}
      value={said[name]}
      onChange={({ currentTarget: { value } }) => setSaid((before) => ({ ...before, [name]: value }))}
    />
  );
  return (
    <Stack>
      <BackLink to="/feeds">Feeds</BackLink>
      <PageTitle>Request a dealer’s files</PageTitle>
      <Paper withBorder p="md" maw={640}>
        <form onSubmit={submit}>
          <Stack>
            <Text size="sm">
              ProResponse asks the dealership for permission and delivers the files. What you leave out, the T2 support
              team is asked for.
            </Text>
            <DealerField
              account={account}
              name={dealer.data?.name ?? null}
              onChoose={(one) => navigate({ search: { account: one } })}
            />
            <NativeSelect
              label="DMS"
              description={noCdk}
              data={feedDmsNames.map((value) => ({ value, label: feedDmsTitles[value] }))}
              value={dms}
              onChange={(event) => setDms(event.currentTarget.value as FeedDms)}
            />
            {offered.length === 1 ? (
              <Text size="sm">
                {feedDmsTitles[dms]} offers {kindsInWords(offered)} only.
              </Text>
            ) : (
              <NativeSelect
                label="What the dealer wants"
                data={[
                  { value: '', label: 'Not known yet' },
                  ...offered.map((kind) => ({ value: kind, label: kindsInWords([kind]) })),
                  { value: 'both', label: kindsInWords(offered) },
                ]}
                value={chosen}
                onChange={(event) => setChosen(event.currentTarget.value as FeedKind | 'both' | '')}
              />
            )}
            {field('name', 'Contact', 'At the dealership, whom ProResponse asks for permission')}
            {field('phone', 'Phone')}
            {field('email', 'Email')}
            {scopes.includes('admin') &&
              field(
                'exceptionReason',
                'Reason for an exception',
                'Only for a dealer whose package or level gives no right to feeds',
              )}
            <ProblemAlert error={dealer.error ?? request.error} labels={labels} />
            <Group>
              <Button type="submit" loading={request.isPending} disabled={account === undefined}>
                Request
              </Button>
            </Group>
          </Stack>
        </form>
      </Paper>
    </Stack>
  );
}
