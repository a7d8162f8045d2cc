import { expect, test } from 'vitest';
import { dealerSearchAttributes } from '../../domain/cancellations/searchAttributes.ts';

const shown = (...of: Parameters<typeof dealerSearchAttributes>) =>
  Object.fromEntries(dealerSearchAttributes(...of).map(({ key, value }) => [key.name, value]));

test("a dealer's cancellation has search attributes for vendor, stage and what it waits for", () => {
  expect(shown('D-1', ['crm/elead'], 1)).toEqual({
    Dealer: 'D-1',
    Process: 'cancellations',
    Vendor: 'crm/elead',
    Stage: 'in_progress',
    WaitingOn: 'integrations',
  });
  const two = ['crm/elead', 'dms/cdk'] as const;
  expect(shown('D-1', two, 1)).toMatchObject({ Vendor: 'several', WaitingOn: 'integrations' });
  expect(shown('D-1', two, 0)).toMatchObject({ Stage: 'ended', WaitingOn: 'nobody' });
});

test("a dealer's workflow without a request yet is not shown as ended", () => {
  expect(shown('D-1', [], 0)).toMatchObject({ Stage: 'in_progress', WaitingOn: 'dealerops' });
});
