import { Alert, Checkbox, Group, List, Paper, Radio, Stack, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { type IntegrationName, isIntegrationName, kindOf } from '../../../../domain/shared/vendors.ts';
import type { components } from '../../app/api.generated.ts';
import type { Plan } from '../../app/api.ts';
import { DealerField } from '../../parts/DealerField.tsx';
import { Link } from '../../parts/Link.tsx';
import { Loading } from '../../parts/Loading.tsx';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { isUnknownDealer, UnknownDealer } from '../../parts/UnknownDealer.tsx';
import { useDealer } from '../../parts/useDealer.ts';
import { At } from '../../parts/When.tsx';
import { latestCancellation } from './latestCancellation.ts';
import { PlanView } from './PlanView.tsx';
import { type CancellationBody, StartPlan, send } from './StartPlan.tsx';
import { reasonWords } from './words.ts';

type Dealer = components['schemas']['Dealer'];
type Reason = keyof typeof reasonWords;

/** Starts a cancellation: the dealer, what ends, and what would happen, before anything does. */
export function NewCancellation() {
  const { account } = useSearch({ from: '/cancellations/new' });
  const navigate = useNavigate({ from: '/cancellations/new' });
  const dealer = useDealer(account);
  return (
    <Stack>
      <PageTitle>New cancellation</PageTitle>
      <Paper withBorder p="md">
        <DealerField
          account={account}
          name={dealer.data?.name ?? null}
          onChoose={(chosen) => navigate({ search: { account: chosen } })}
        />
      </Paper>
      {dealer.error && account !== undefined && isUnknownDealer(dealer.error) ? (
        <UnknownDealer account={account} error={dealer.error} title={`No dealer has the ID ${account}`} />
      ) : (
        <ProblemAlert error={dealer.error} labels={{ ...labels, 'path account': 'Dealer ID' }} />
      )}
      {account !== undefined && dealer.isPending && <Loading what="the dealer" />}
      {dealer.data && <OfDealer key={dealer.data.account} dealer={dealer.data} />}
    </Stack>
  );
}

const labels = {
  '/account': 'Dealer',
  '/integrations': 'Integrations',
  '/integration': 'Integration that ends',
  '/whenActive': 'While the parent sales account is Active',
};

function OfDealer({ dealer }: { dealer: Dealer }) {
  const { account, lookup } = dealer;
  const known = dealer.integrations.map(({ integration }) => integration).filter(isIntegrationName);
  const [reason, setReason] = useState<Reason>('subscription_canceled');
  // Ending one a second time is a decision: Elead would get its mail again.
  const [kept, setKept] = useState<IntegrationName[]>(() =>
    (endedBefore(dealer) ?? dealer.integrations).map(({ integration }) => integration).filter(isIntegrationName),
  );
  const [changed, setChanged] = useState<IntegrationName>();
  const [whenActive, setWhenActive] = useState<'block' | 'wait'>('block');
  const ending =
    reason === 'vendor_change' ? known.filter((one) => one === changed) : known.filter((one) => !kept.includes(one));
  const body: CancellationBody =
    reason === 'vendor_change'
      ? { account, whenActive, reason, integration: changed! }
      : { account, whenActive, reason, integrations: ending };
  const plan = useQuery({
    queryKey: ['plan', body],
    queryFn: async () => (await send({ ...body, dryRun: true }, crypto.randomUUID())) as Plan,
    enabled: ending.length > 0,
    placeholderData: keepPreviousData,
    refetchInterval: false,
  });
  if (lookup.state !== 'found') return <NotFound lookup={lookup} />;
  if (dealer.integrations.length === 0)
    return <Alert color="yellow">This dealer has no integration in CST, so there is nothing to cancel.</Alert>;
  return (
    <>
      <EndedNotice dealer={dealer} />
      <Paper withBorder p="md">
        <Stack>
          <Radio.Group label="Reason" value={reason} onChange={(value) => setReason(value as Reason)}>
            <Group mt={4}>
              {Object.entries(reasonWords).map(([value, label]) => (
                <Radio key={value} value={value} label={label} />
              ))}
            </Group>
          </Radio.Group>
          {reason === 'vendor_change' ? (
            <Radio.Group
              label="Integration that ends"
              value={changed ?? ''}
              onChange={(value) => setChanged(value as IntegrationName)}
            >
              <Choices dealer={dealer} Input={Radio} />
            </Radio.Group>
          ) : (
            <Checkbox.Group
              label="Integrations that end"
              value={ending}
              onChange={(checked) => setKept(known.filter((one) => !checked.includes(one)))}
            >
              <Choices dealer={dealer} Input={Checkbox} />
            </Checkbox.Group>
          )}
          {ending.some((one) => kindOf(one) === 'dms') && (
            <Radio.Group
              label="DMS vendors, while the parent sales account is Active"
              value={whenActive}
              onChange={(value) => setWhenActive(value as 'block' | 'wait')}
            >
              <Group mt={4}>
                <Radio value="block" label="Do not end them: blocked" />
                <Radio value="wait" label="Wait, and check again daily" />
              </Group>
            </Radio.Group>
          )}
        </Stack>
      </Paper>
      {ending.length === 0 && <Text c="dimmed">Choose an integration to see what would happen.</Text>}
      <ProblemAlert error={plan.error} labels={labels} />
      {ending.length > 0 && plan.isPending && <Loading what="what would happen" />}
      {ending.length > 0 && plan.data && !plan.error && (
        <>
          <PlanView plan={plan.data} onWait={() => setWhenActive('wait')} />
          <StartPlan
            plan={plan.data}
            body={body}
            isCurrent={!plan.isFetching && !plan.isPlaceholderData}
            onLook={() => plan.refetch()}
          />
        </>
      )}
    </>
  );
}

/** The integrations that ended in the latest cancellation of each, with that cancellation; undefined while that is not known. */
function endedBefore({ integrations, cancellations }: Dealer) {
  if (!cancellations) return undefined;
  return integrations.flatMap(({ integration, vendorName }) => {
    const latest = latestCancellation(cancellations, integration);
    return latest?.standing.state === 'ended' ? [{ integration, vendorName, cancellation: latest.cancellation }] : [];
  });
}

function EndedNotice({ dealer }: { dealer: Dealer }) {
  const ended = endedBefore(dealer);
  if (!ended)
    return (
      <Alert color="yellow" title="Ended before: not known now">
        The dealer’s earlier cancellations cannot be read. Choose only what was not ended before: its procedure would be
        done a second time.
      </Alert>
    );
  if (ended.length === 0) return null;
  return (
    <Alert color="yellow" title="Ended before">
      <List size="sm" mb="xs">
        {ended.map(({ integration, vendorName, cancellation: { id, closedAt } }) => (
          <List.Item key={integration}>
            {vendorName}
            {closedAt && (
              <>
                , <At at={closedAt} dealerZone={dealer.timeZone} />
              </>
            )}
            :{' '}
            <Link to="/cancellations/$id" params={{ id }} inherit underline="always">
              open that cancellation
            </Link>
          </List.Item>
        ))}
      </List>
      Choose it only if it was set up again since: its procedure would be done a second time.
    </Alert>
  );
}

function Choices({ dealer, Input }: { dealer: Dealer; Input: typeof Radio | typeof Checkbox }) {
  return (
    <Stack gap={6} mt={4}>
      {dealer.integrations.map(({ integration, vendorName, dealerId, hasProcedure }) => (
        <Input
          key={integration}
          value={integration}
          disabled={!hasProcedure}
          label={vendorName}
          description={
            hasProcedure
              ? `Dealer’s ID there: ${dealerId}`
              : 'There is no procedure for this vendor: end it outside Dealerops.'
          }
        />
      ))}
    </Stack>
  );
}

function NotFound({ lookup: { state, reason, faults, source } }: Pick<Dealer, 'lookup'>) {
  const where = source === 'cst' ? 'CST' : 'The registry';
  if (state === 'unavailable')
    return (
      <Alert color="red" role="alert" title={`${where} does not answer, so nothing can be started`}>
        {reason} Try again in a few minutes.
      </Alert>
    );
  if (state === 'not_found')
    return (
      <Alert color="red" role="alert" title={`${where} no longer has this dealer`}>
        Check the ID, or enter the dealer there first.
      </Alert>
    );
  return (
    <Alert color="red" role="alert" title={`${where}’s record of this dealer cannot be used`}>
      {faults.map(({ field, message }) => `${field} ${message}`).join('; ')}. Correct it there first.
    </Alert>
  );
}
