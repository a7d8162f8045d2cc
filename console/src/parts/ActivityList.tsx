import { Box, Stack, Text } from '@mantine/core';
import { isIntegrationName, vendorTitle } from '../../../domain/shared/vendors.ts';
import { eventPages } from '../app/places.ts';
import { Link } from './Link.tsx';
import { useNames } from './usePeople.ts';
import { At, When } from './When.tsx';

interface ShownEvent {
  id: string;
  at: string;
  by: string;
  process: string;
  subject: string;
  taskId: string | null;
  /** Absent on the dealer's own page. */
  account?: string | null;
  dealerName?: string | null;
  vendor: string | null;
  action: string;
  detail: string | null;
}

interface Props {
  events: ShownEvent[];
  /** Shows what was said, and times in full: in the dealer's time zone too. */
  full?: { dealerZone: string | null };
}

/** Who did what when, the latest first. */
export function ActivityList({ events, full }: Props) {
  if (events.length === 0) return <Text c="dimmed">Nothing has happened yet.</Text>;
  return (
    <Stack gap="sm" component="ol" p={0} m={0} style={{ listStyle: 'none' }}>
      {events.map((event) => (
        <Event key={event.id} event={event} full={full} />
      ))}
    </Stack>
  );
}

function Event({ event, full }: { event: ShownEvent; full: Props['full'] }) {
  const nameOf = useNames();
  const { account, dealerName, vendor, taskId, process, subject } = event;
  const page = eventPages[process];
  const vendorName = vendor && isIntegrationName(vendor) ? vendorTitle(vendor) : vendor;
  return (
    <Box component="li" style={{ overflowWrap: 'anywhere' }}>
      <Text size="sm">
        {taskId ? (
          <Link to="/tasks/$id" params={{ id: taskId }} inherit>
            {event.action}
          </Link>
        ) : page ? (
          <Link to={page} params={{ id: subject }} inherit>
            {event.action}
          </Link>
        ) : (
          event.action
        )}
        {vendorName && ` · ${vendorName}`}
        {account && (
          <>
            {' · '}
            <Link to="/dealers/$account" params={{ account }} inherit>
              {dealerName ? `${dealerName} (${account})` : `Dealer ${account}`}
            </Link>
          </>
        )}
      </Text>
      {full && event.detail && (
        <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
          {event.detail}
        </Text>
      )}
      <Text size="sm" c="dimmed">
        {nameOf(event.by)} · {full ? <At at={event.at} dealerZone={full.dealerZone} /> : <When at={event.at} />}
      </Text>
    </Box>
  );
}
