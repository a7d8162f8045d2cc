import { expect, test } from 'vitest';
import { dealerSearchAttributes } from '../../domain/shared/searchAttributes.ts';

const shown = (...of: Parameters<typeof dealerSearchAttributes>) =>
  Object.fromEntries(dealerSearchAttributes(...of).map(({ key, value }) => [key.name, value]));

test('a dealer’s cancellation is found by its vendor’s code, its stage and what it waits for', () => {
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

test('one that has not been told what to end has not ended', () => {
  expect(shown('D-1', [], 0)).toMatchObject({ Stage: 'in_progress', WaitingOn: 'dealerops' });
});
