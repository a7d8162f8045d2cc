import { Alert, Box, Group, Stack } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { feedDmsTitles } from '../../../../../domain/feeds/feeds.ts';
import { api, bodyOf, isNotFound } from '../../../app/api.ts';
import { mayChangeContacts } from '../../../app/places.ts';
import { useSession } from '../../../app/session.tsx';
import { ActionButton } from '../../../parts/ActionButton.tsx';
import { BackLink } from '../../../parts/BackLink.tsx';
import { Link } from '../../../parts/Link.tsx';
import { Loading } from '../../../parts/Loading.tsx';
import { PageTitle } from '../../../parts/PageTitle.tsx';
import { ProblemAlert } from '../../../parts/ProblemAlert.tsx';
import { Section } from '../../../parts/Section.tsx';
import { ShowMore } from '../../../parts/ShowMore.tsx';
import { ActivityTable } from '../activities/ActivityTable.tsx';
import { type Activity, type Contact, contactName, orNone } from '../activityWords.ts';
import { Facts } from '../Facts.tsx';
import { MergeContact } from './MergeContact.tsx';
import { SplitContact } from './SplitContact.tsx';

/** A dealer's customer as the feeds know them, with their activities; a person merges and splits contacts here. */
export function ContactPage() {
  const { id } = useParams({ from: '/contacts/$id' });
  const found = useQuery({
    queryKey: ['contact', id],
    queryFn: () => bodyOf(api.GET('/v1/contacts/{id}', { params: { path: { id } } })),
  });
  const contact = found.data;
  if (!contact) {
    const isMissing = isNotFound(found.error);
    return (
      <Stack>
        <BackLink to="/activities">Activities</BackLink>
        {found.isPending && <Loading what="the contact" />}
        {found.error && <PageTitle>{isMissing ? 'Contact not found' : 'The contact cannot be shown'}</PageTitle>}
        <ProblemAlert error={found.error} />
      </Stack>
    );
  }
  // What was chosen on one contact's page is not chosen on another's.
  return <Shown key={id} contact={contact} error={found.error} />;
}

function Shown({ contact, error }: { contact: Contact; error: unknown }) {
  const { id, account, mergedInto } = contact;
  const [selected, setSelected] = useState<Activity[]>([]);
  const [dialog, setDialog] = useState<'merge' | 'split'>();
  const mayNot = useMissing(contact);
  const close = () => setDialog(undefined);
  return (
    <Stack>
      <BackLink to="/activities" search={{ account }}>
        Activities of dealer {account}
      </BackLink>
      <Group justify="space-between" align="start">
        {/* No name in the tab: the browser keeps it. */}
        <PageTitle tab={`Contact ${id}`}>{contactName(contact)}</PageTitle>
        <Group gap="xs">
          <ActionButton size="xs" variant="default" missing={mayNot} onClick={() => setDialog('merge')}>
            Merge …
          </ActionButton>
          <ActionButton
            size="xs"
            variant="default"
            missing={mayNot ?? (selected.length === 0 ? 'Select the activities of the other person first.' : undefined)}
            onClick={() => setDialog('split')}
          >
            Split …
          </ActionButton>
        </Group>
      </Group>
      <ProblemAlert error={error} />
      {mergedInto && (
        <Alert color="yellow" title="Merged into another contact">
          Its activities are now those of{' '}
          <Link to="/contacts/$id" params={{ id: mergedInto }} inherit>
            contact {mergedInto}
          </Link>
          .
        </Alert>
      )}
      <ContactFacts contact={contact} />
      <Timeline id={id} selected={selected} onSelect={mayNot ? undefined : setSelected} />
      {dialog === 'merge' && <MergeContact contact={contact} onDone={close} />}
      {dialog === 'split' && <SplitContact contact={contact} activities={selected} onDone={close} />}
    </Stack>
  );
}

/** Why the person cannot merge or split the contact. */
function useMissing({ mergedInto }: Contact): string | undefined {
  const session = useSession();
  if (!mayChangeContacts(session)) return 'This needs an API key with the scope contacts:write.';
  return mergedInto ? 'The contact was merged into another one: change that one.' : undefined;
}

function ContactFacts({ contact }: { contact: Contact }) {
  const { id, email, phone, postalCode, company, customerNumber, dms } = contact;
  return (
    <Section title="Details">
      <Box maw={560}>
        <Facts
          facts={[
            ['Contact ID', id],
            ['Email', orNone(email)],
            ['Phone', orNone(phone)],
            ['Postal code', orNone(postalCode)],
            ['Company', orNone(company)],
            ['Customer number', `${orNone(customerNumber)}${customerNumber && dms ? ` (${feedDmsTitles[dms]})` : ''}`],
          ]}
        />
      </Box>
    </Section>
  );
}

interface TimelineProps {
  id: string;
  selected: Activity[];
  onSelect?: (rows: Activity[]) => void;
}

function Timeline({ id, ...selection }: TimelineProps) {
  const found = useInfiniteQuery({
    queryKey: ['contact', id, 'timeline'],
    queryFn: ({ pageParam }) =>
      bodyOf(
        api.GET('/v1/contacts/{id}/timeline', { params: { path: { id }, query: { cursor: pageParam, limit: 50 } } }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
  const rows = found.data?.pages.flatMap(({ activities }) => activities);
  return (
    <Section title="Timeline">
      <ProblemAlert error={found.error} />
      {!found.error && <ActivityTable rows={rows} isPending={found.isPending} withoutContact {...selection} />}
      <ShowMore of={found} style={{ alignSelf: 'center' }} />
    </Section>
  );
}
