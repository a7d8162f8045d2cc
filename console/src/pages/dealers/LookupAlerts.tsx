import { Alert, Button, Group, List } from '@mantine/core';
import type { Dealer } from '../../app/api.ts';

interface Props {
  dealer: Dealer;
  onRetry: () => void;
  isRetrying: boolean;
}

const sources = { cst: 'CST', registry: 'the registry' } as const;

/** What is missing from the page, or wrong in the dealer's record, and what to do about it. */
export function LookupAlerts({ dealer: { account, lookup, parent }, onRetry, isRetrying }: Props) {
  const source = sources[lookup.source];
  const retry = (
    <Group mt="xs">
      <Button size="xs" variant="default" onClick={onRetry} loading={isRetrying}>
        Try again
      </Button>
    </Group>
  );
  return (
    <>
      {lookup.state === 'unavailable' && (
        <Alert color="yellow" role="alert" title="Some of this page is missing">
          {lookup.reason} The integrations, the parent account and the gate are not known now. What is shown here is
          what Dealerops knows itself.
          {retry}
        </Alert>
      )}
      {lookup.state === 'not_found' && (
        <Alert color="yellow" role="alert" title={`No dealer ${account} in ${source}`}>
          It may have been removed or renamed there. What is shown here is what Dealerops knows itself.
        </Alert>
      )}
      <Faults of={`The record of ${account} in ${source}`} state={lookup.state} faults={lookup.faults} />
      {parent && (
        <>
          {parent.lookup.state === 'unavailable' && (
            <Alert color="yellow" role="alert" title="The parent account is not known now">
              {parent.lookup.reason}
              {retry}
            </Alert>
          )}
          {parent.lookup.state === 'not_found' && (
            <Alert color="red" role="alert" title={`No parent account ${parent.account} in ${source}`}>
              The dealer’s record names it as the parent. Correct the record, or enter the parent account.
            </Alert>
          )}
          <Faults
            of={`The record of the parent account ${parent.account} in ${source}`}
            state={parent.lookup.state}
            faults={parent.lookup.faults}
          />
        </>
      )}
    </>
  );
}

function Faults({ of, state, faults }: { of: string; state: string; faults: { field: string; message: string }[] }) {
  if (faults.length === 0) return null;
  const title = state === 'unusable' ? `${of} cannot be used` : `${of} has errors`;
  return (
    <Alert color="red" role="alert" title={title}>
      <List size="sm">
        {faults.map(({ field, message }) => (
          <List.Item key={field + message}>
            {field} {message}
          </List.Item>
        ))}
      </List>
      Correct it there: nothing proceeds with what is wrong.
    </Alert>
  );
}
