import { describe, expect, it, test } from 'vitest';
import { fortellisState } from '../../domain/cancellations/fortellis.ts';
import { isSelected, readDealerSelection } from '../../domain/shared/dealerSelection.ts';

const today = '2030-01-10';
const active = { status: 'active', deactivationDate: null, environment: 'production' };
const ended = { status: 'inactive', deactivationDate: '2030-01-09', environment: 'production' };
const unknown = { state: 'unknown' };

describe('CDK has terminated', () => {
  it('when every production subscription is inactive since a date that has come', () => {
    expect(fortellisState([ended], today)).toEqual({ state: 'terminated', on: '2030-01-09' });
    expect(fortellisState([ended, { ...ended, deactivationDate: today }], today)).toMatchObject({ on: today });
    expect(fortellisState([ended, { ...active, environment: 'test' }], today)).toMatchObject({ state: 'terminated' });
  });

  it('is not assumed when the organization is not listed, or only in a test environment', () => {
    expect(fortellisState([], today)).toEqual(unknown);
    expect(fortellisState([{ ...ended, environment: 'test' }], today)).toEqual(unknown);
  });

  it.each([
    ['no status', { status: null }],
    ['a status that is not known', { status: 'pending' }],
    ['still active, with a date', { status: 'active' }],
    ['no date', { deactivationDate: null }],
    ['a date that is none', { deactivationDate: '2030-13-40' }],
    ['a date in another form', { deactivationDate: '01/09/2030' }],
    ['a date to come', { deactivationDate: '2030-01-11' }],
    ['no environment', { environment: null }],
    ['an environment that is not known', { environment: 'staging' }],
  ])('is not assumed with %s, alone or beside an inactive one', (_what, wrong) => {
    expect(fortellisState([{ ...ended, ...wrong }], today)).toEqual(unknown);
    expect(fortellisState([ended, { ...ended, ...wrong }], today)).toEqual(unknown);
  });

  it('is not assumed while another subscription is active', () => {
    expect(fortellisState([ended, active], today)).toEqual({ state: 'active' });
  });
});

test('a connector is used for the dealers named in its setting, by account or ID, or for all', () => {
  const some = readDealerSelection(' D-1103, 555204 ');
  const isUsed = (account: string, dealerId: string) => isSelected(some, { account, dealerId });
  expect([isUsed('D-1103', '1'), isUsed('D-1', '555204'), isUsed('D-110', '55520')]).toEqual([true, true, false]);
  expect(isSelected(readDealerSelection('ALL'), { account: 'D-1', dealerId: '1' })).toBe(true);
});
