import { Paper, SimpleGrid, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Dealer } from '../../app/api.ts';
import { CopyButton } from '../../parts/CopyButton.tsx';
import { Link } from '../../parts/Link.tsx';
import { useNow } from '../../parts/When.tsx';
import { GateStatus } from '../cancellations/GateStatus.tsx';

/** Who the dealer is, its parent account, and what the gate says of it. */
export function DealerFacts({ dealer }: { dealer: Dealer }) {
  const { account, timeZone, effectiveStatus, parent, lookup, cancellations } = dealer;
  const isKnown = lookup.state === 'found';
  return (
    <Paper withBorder p="md">
      <SimpleGrid component="dl" cols={{ base: 1, xs: 2, md: 3 }} m={0} spacing="md">
        <Fact name="Dealer ID">
          {account} <CopyButton label="dealer ID" value={account} />
        </Fact>
        <Fact name="Time zone">{timeZone ? <LocalTime timeZone={timeZone} /> : 'Not known'}</Fact>
        <Fact name="Effective Status">{isKnown ? effectiveStatus || 'Empty' : 'Not known'}</Fact>
        <Fact name="Parent account">
          {parent ? (
            <>
              <Link to="/dealers/$account" params={{ account: parent.account }}>
                {parent.name ?? `Account ${parent.account}`}
              </Link>{' '}
              {parent.name && <Text span>({parent.account})</Text>}
            </>
          ) : isKnown ? (
            'None'
          ) : (
            'Not known'
          )}
        </Fact>
        {parent && (
          <Fact name="Its Effective Status">
            {parent.lookup.state === 'found' ? parent.effectiveStatus || 'Empty' : 'Not known'}
          </Fact>
        )}
        <Fact name="Gate for DMS feeds">
          {cancellations ? <GateStatus gate={cancellations.gate} dealerZone={timeZone} /> : 'Not known now'}
        </Fact>
      </SimpleGrid>
    </Paper>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div style={{ overflowWrap: 'anywhere' }}>
      <Text component="dt" size="sm" c="dimmed">
        {name}
      </Text>
      <Text component="dd" m={0}>
        {children}
      </Text>
    </div>
  );
}

function LocalTime({ timeZone }: { timeZone: string }) {
  const now = new Intl.DateTimeFormat('en-US', { hour: 'numeric', minute: '2-digit', timeZoneName: 'short', timeZone });
  return (
    <>
      {timeZone.replaceAll('_', ' ')}, {now.format(useNow())} there now
    </>
  );
}
