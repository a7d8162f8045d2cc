import { Group, Paper, Stack, Text } from '@mantine/core';
import type { Dealer } from '../../app/api.ts';
import { Link } from '../../parts/Link.tsx';
import { Section } from '../../parts/Section.tsx';
import { StateBadge } from '../../parts/StateBadge.tsx';
import { StoppedUnknown } from '../../parts/Stopped.tsx';
import { useNames } from '../../parts/usePeople.ts';
import { At } from '../../parts/When.tsx';
import { reasonWords } from './words.ts';

type OfDealer = NonNullable<Dealer['cancellations']>;
type Row = OfDealer['cancellations'][number];
interface Props {
  account: string;
  timeZone: string | null;
  of: OfDealer;
}

/** A dealer's cancellations: those in progress, and those that have ended. */
export function DealerCancellations({ account, timeZone, of: { cancellations, more } }: Props) {
  const rowsOf = (state: Row['state']) => cancellations.filter((row) => row.state === state);
  const [open, ended] = [rowsOf('open'), rowsOf('closed')];
  return (
    <>
      <Section title="Cancellations in progress">
        {open.some(({ stopped }) => stopped === null) && <StoppedUnknown />}
        {open.length === 0 && <Text c="dimmed">None is in progress.</Text>}
        <Rows rows={open} timeZone={timeZone} label="Cancellations in progress" />
      </Section>
      <Section title="Ended cancellations">
        {ended.length === 0 && <Text c="dimmed">None has ended.</Text>}
        <Rows rows={ended} timeZone={timeZone} label="Ended cancellations" />
        {more && (
          <Link to="/cancellations" search={{ account }} size="sm">
            Show all
          </Link>
        )}
      </Section>
    </>
  );
}

function Rows({ rows, timeZone, label }: { rows: Row[]; timeZone: string | null; label: string }) {
  return (
    <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }} aria-label={label}>
      {rows.map((row) => (
        <Paper key={row.id} component="li" withBorder p="xs">
          <Link to="/cancellations/$id" params={{ id: row.id }} fw={600}>
            {reasonWords[row.reason]}
          </Link>
          <Text size="sm" c="dimmed">
            Requested {row.startedAt && <At at={row.startedAt} dealerZone={timeZone} />}
            {row.closedAt && (
              <>
                {' · '}ended <At at={row.closedAt} dealerZone={timeZone} />
              </>
            )}
            {row.withdrawnAt && ' · withdrawn'}
          </Text>
          <Stack gap={4} mt={4}>
            {row.integrations.map((one) => (
              <IntegrationLine key={one.integration} row={row} one={one} />
            ))}
          </Stack>
        </Paper>
      ))}
    </Stack>
  );
}

function IntegrationLine({ row, one }: { row: Row; one: Row['integrations'][number] }) {
  const { vendorName, state, reinstating, stopped, reason, steps } = one;
  const nameOf = useNames();
  const cause = stopped ?? row.stopped;
  const waits = steps.flatMap(({ waitingOn }) => (waitingOn ? [nameOf(waitingOn)] : []));
  const said = cause ?? reason ?? (waits.length > 0 ? `waiting for ${[...new Set(waits)].join(', ')}` : null);
  return (
    <div>
      <Group gap="xs">
        <Text size="sm">{vendorName}</Text>
        <StateBadge state={cause ? 'stopped' : state} reinstating={reinstating} />
      </Group>
      {said && (
        <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {said}
        </Text>
      )}
    </div>
  );
}
