import { Alert, Button, Group, NativeSelect, Paper, Stack, Switch, Text, TextInput, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { defaultInactiveStatuses, gateOf } from '../../../../domain/cancellations/gate.ts';
import { isIntegrationName, vendorTitle } from '../../../../domain/shared/vendors.ts';
import { api } from '../../app/api.ts';
import { Empty } from '../../parts/Empty.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { At } from '../../parts/When.tsx';
import { type Sandbox, useSandboxChange } from './useSandbox.ts';

type Account = Sandbox['accounts'][number];

/** What CST, Salesforce, VinSolutions and Fortellis know, to change as people there would. */
export function Systems({ sandbox }: { sandbox: Sandbox }) {
  const names = new Map(sandbox.accounts.map(({ id, name }) => [id, name]));
  const nameOf = (account: string | null) => (account && names.get(account)) ?? 'no dealer';
  return (
    <Stack gap="xl">
      <Accounts accounts={sandbox.accounts} nameOf={nameOf} />
      <Section
        title="VinSolutions event service"
        note="VinSolutions sends us the events of the dealers that are active. A run of “Remove from Vin Event Stream” in CST makes its dealers inactive."
      >
        {sandbox.eventSubscriptions.map((one) => (
          <Row key={one.dealerId} name={nameOf(one.account)} id={`${one.account} · Dealer ID ${one.dealerId}`}>
            <Subscription
              label={`Events of ${nameOf(one.account)}`}
              status={one.status}
              send={(status) =>
                api.PATCH('/v1/sandbox/vinsolutions/{dealerId}', {
                  params: { path: { dealerId: String(one.dealerId) } },
                  body: { status },
                })
              }
            />
          </Row>
        ))}
      </Section>
      <Section
        title="Fortellis subscriptions"
        note="CDK ends a dealer’s subscription when it has closed the case. Switch it off here, as CDK would: Dealerops then confirms the termination by itself."
      >
        {sandbox.appSubscriptions.map((one) => (
          <Row
            key={one.orgId}
            name={nameOf(one.account)}
            id={[one.account, one.deactivationDate && `ended on ${one.deactivationDate}`].filter(Boolean).join(' · ')}
          >
            <Subscription
              label={`Subscription of ${nameOf(one.account)}`}
              status={one.status}
              send={(status) =>
                api.PATCH('/v1/sandbox/fortellis/{orgId}', {
                  params: { path: { orgId: one.orgId } },
                  body: { status, deactivationDate: status === 'active' ? '' : new Date().toISOString().slice(0, 10) },
                })
              }
            />
          </Row>
        ))}
      </Section>
      <Section title="CST: runs of manual processes" note="The last 20 that have ended.">
        {sandbox.runs.length === 0 && <Empty>No manual process has run yet.</Empty>}
        {sandbox.runs.map((run) => (
          <Row key={run.runId} name={run.name} id={<At at={run.startedAt} />}>
            <Text size="sm">
              {run.results.map(({ dealerId, message }) => `${dealerId}: ${message}`).join(', ') || 'no Dealer ID'}
            </Text>
          </Row>
        ))}
      </Section>
    </Stack>
  );
}

function Accounts({ accounts, nameOf }: { accounts: Account[]; nameOf: (account: string | null) => string }) {
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const parents = new Set(accounts.map(({ parentSalesAccountId }) => parentSalesAccountId));
  const found = accounts.filter(({ id, name, parentSalesAccountId }) =>
    [id, name, parentSalesAccountId, nameOf(parentSalesAccountId)].some((text) => text?.toLowerCase().includes(wanted)),
  );
  const unknown = accounts.filter((account) => gateOf(account, defaultInactiveStatuses).answer === 'not-understood');
  return (
    <Section
      title="CST and Salesforce: accounts"
      note="A DMS feed is ended only if the Effective Status of the dealer’s parent account means that it is not active. A dealer without a parent account is judged by its own status."
    >
      {unknown.length > 0 && (
        <Alert color="yellow" title="Statuses that a person must check">
          {unknown.map(({ id, name, effectiveStatus }) => `${name} (${id}): ${effectiveStatus}`).join(', ')}. Set the
          right status here. A cancellation that waits for it has a task that asks to correct it: claim that, or choose
          “Look again” there if you have claimed it already. Dealerops then reads the status again and continues.
        </Alert>
      )}
      <TextInput
        label="Find an account"
        placeholder="Name or ID, also of the parent account"
        maw={360}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      {found.length === 0 && <Empty>No account matches.</Empty>}
      {found.map((account) => (
        <AccountRow
          key={account.id}
          account={account}
          parentName={account.parentSalesAccountId && nameOf(account.parentSalesAccountId)}
          isParent={parents.has(account.id)}
        />
      ))}
    </Section>
  );
}

const statuses = ['Active', ...defaultInactiveStatuses, 'Pending Cancellation'];
const gateWords = {
  active: 'blocks DMS cancellations',
  open: 'allows DMS cancellations',
  'not-understood': 'must be checked by a person',
};

function AccountRow({
  account,
  parentName,
  isParent,
}: {
  account: Account;
  parentName: string | null;
  isParent: boolean;
}) {
  const { id, name, effectiveStatus, dmsProvider, salesforceParentId, integrations, parentSalesAccountId } = account;
  const change = useSandboxChange((body: Parameters<typeof send>[1]) => send(id, body));
  const dms = integrations.find(({ kind }) => kind === 'dms');
  const known = statuses.includes(effectiveStatus) ? statuses : [effectiveStatus, ...statuses];
  const isGate = isParent || (dms && parentSalesAccountId === null);
  const facts = [
    id,
    parentSalesAccountId ? `parent ${parentName} (${parentSalesAccountId})` : isParent && 'parent account',
    ...integrations.map(({ kind, vendor, dealerId }) => `${titleOf(kind, vendor)} ${dealerId}`),
  ];
  return (
    <Row name={name} id={facts.filter(Boolean).join(' · ')}>
      <Stack gap={4} w={{ base: '100%', sm: 320 }}>
        <NativeSelect
          size="xs"
          aria-label={`Effective Status of ${name}`}
          data={known}
          value={effectiveStatus}
          disabled={change.isPending}
          onChange={(event) => change.mutate({ effectiveStatus: event.currentTarget.value })}
        />
        {isGate && (
          <Text size="xs" c="dimmed">
            This status {gateWords[gateOf(account, defaultInactiveStatuses).answer]}
          </Text>
        )}
        {dms && (
          <Group gap="xs" justify="space-between" wrap="nowrap">
            <Text size="sm">
              DMS provider: {dmsProvider ? `${dmsProvider.provider} ${dmsProvider.providerId}` : 'none'}
            </Text>
            <Button
              size="compact-xs"
              variant="default"
              aria-label={`${dmsProvider ? 'Remove' : 'Restore'} the DMS provider of ${name}`}
              onClick={() =>
                change.mutate({ dmsProvider: dmsProvider ? null : { provider: dms.vendor, providerId: dms.dealerId } })
              }
            >
              {dmsProvider ? 'Remove' : 'Restore'}
            </Button>
          </Group>
        )}
        {integrations.some(({ vendor }) => vendor === 'dealersocket') && (
          <Switch
            size="sm"
            label="Has a parent account in Salesforce"
            checked={salesforceParentId !== null}
            onChange={(event) =>
              change.mutate({ salesforceParentId: event.currentTarget.checked ? '001SBX0000PARENT' : null })
            }
          />
        )}
        <ProblemAlert error={change.error} />
      </Stack>
    </Row>
  );
}

function send(
  id: string,
  body: {
    effectiveStatus?: string;
    dmsProvider?: { provider: string; providerId: string } | null;
    salesforceParentId?: string | null;
  },
) {
  return api.PATCH('/v1/sandbox/accounts/{id}', { params: { path: { id } }, body });
}

function titleOf(kind: string, vendor: string): string {
  const name = `${kind}/${vendor}`;
  return isIntegrationName(name) ? vendorTitle(name) : vendor;
}

function Subscription({
  label,
  status,
  send,
}: {
  label: string;
  status: string;
  send: (status: 'active' | 'inactive') => Promise<{ data?: Sandbox }>;
}) {
  const change = useSandboxChange(send);
  return (
    <Stack gap={4}>
      <Switch
        label={status}
        aria-label={label}
        checked={status === 'active'}
        disabled={change.isPending}
        onChange={(event) => change.mutate(event.currentTarget.checked ? 'active' : 'inactive')}
      />
      <ProblemAlert error={change.error} />
    </Stack>
  );
}

function Section({ title, note, children }: { title: string; note: string; children: ReactNode }) {
  return (
    <Stack gap="xs" component="section" aria-label={title}>
      <Title order={2} size="h3">
        {title}
      </Title>
      <Text size="sm" c="dimmed">
        {note}
      </Text>
      {children}
    </Stack>
  );
}

function Row({ name, id, children }: { name: string; id: ReactNode; children: ReactNode }) {
  return (
    <Paper withBorder p="sm">
      <Group justify="space-between" align="start" gap="sm">
        <div style={{ flex: '1 1 16rem' }}>
          <Text fw={600}>{name}</Text>
          <Text size="sm" c="dimmed" component="div" style={{ overflowWrap: 'anywhere' }}>
            {id}
          </Text>
        </div>
        {children}
      </Group>
    </Paper>
  );
}
