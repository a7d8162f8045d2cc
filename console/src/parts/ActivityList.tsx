import { Box, Stack, Text } from '@mantine/core';
import { commentAction } from '../../../domain/shared/comments.ts';
import { isIntegrationName, vendorTitle } from '../../../domain/shared/vendors.ts';
import { eventPages } from '../app/places.ts';
import classes from './activity.module.css';
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
  /** The subject on whose own page this is: links to it would lead nowhere else. */
  here?: string;
}

/** Who did what when, the latest first. */
export function ActivityList({ events, full, here }: Props) {
  if (events.length === 0) return <Text c="dimmed">Nothing has happened yet.</Text>;
  return (
    <Stack gap="sm" component="ol" p={0} m={0} style={{ listStyle: 'none' }}>
      {events.map((event) => (
        <Event key={event.id} event={event} full={full} here={here} />
      ))}
    </Stack>
  );
}

function Event({ event, full, here }: { event: ShownEvent } & Omit<Props, 'events'>) {
  const nameOf = useNames();
  const { account, dealerName, vendor, taskId, process, subject } = event;
  const page = subject === here ? undefined : eventPages[process];
  const isComment = event.action === commentAction;
  const what = isComment ? `${nameOf(event.by)} commented${taskId ? ' on a task' : ''}` : event.action;
  const vendorName = vendor && isIntegrationName(vendor) ? vendorTitle(vendor) : vendor;
  return (
    <Box component="li" style={{ overflowWrap: 'anywhere' }}>
      <Text size="sm" fw={full && 600}>
        {taskId ? (
          <Link to="/tasks/$id" params={{ id: taskId }} inherit>
            {what}
          </Link>
        ) : page ? (
          <Link to={page} params={{ id: subject }} inherit>
            {what}
          </Link>
        ) : (
          what
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
        <Text size="sm" className={isComment ? classes.comment : classes.detail}>
          {event.detail}
        </Text>
      )}
      <Text size="sm" c="dimmed">
        {!isComment && `${nameOf(event.by)} · `}
        {full ? <At at={event.at} dealerZone={full.dealerZone} /> : <When at={event.at} />}
      </Text>
    </Box>
  );
}
