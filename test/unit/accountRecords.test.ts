import { describe, expect, test } from 'vitest';
import { readAccountRecord } from '../../domain/shared/accountRecords.ts';

const elead = { kind: 'crm', vendor: 'elead', dealerId: '555301' };
const dealerVault = { kind: 'dms', vendor: 'dealervault', dealerId: 'DV1' };
const record = {
  id: 'D-1',
  name: 'Silver Lake Buick',
  effectiveStatus: 'Cancelled',
  parentSalesAccountId: null,
  timeZone: 'America/New_York',
  integrations: [elead, dealerVault],
};
const read = (change: Record<string, unknown>) => readAccountRecord({ ...record, ...change }, 'D-1');

describe('an account’s record', () => {
  test('is read with unknown fields ignored', () => {
    expect(read({ owner: { name: 'x' } })).toEqual({ account: { ...record, faults: [] } });
  });

  test.each([
    [{ parentSalesAccountId: '' }, 'parentSalesAccountId', 'is empty'],
    [{ parentSalesAccountId: undefined }, 'parentSalesAccountId', 'is missing'],
    [{ parentSalesAccountId: 100 }, 'parentSalesAccountId', 'is the number 100, not a text: leading zeros may be lost'],
    [{ parentSalesAccountId: 'P 1' }, 'parentSalesAccountId', expect.stringContaining('"P 1"')],
    [{ id: 1 }, 'id', expect.stringContaining('is the number 1')],
    [{ id: 'D-2' }, 'id', 'is D-2, another account than the one asked for'],
    [{ name: 'x'.repeat(201) }, 'name', 'has 201 characters, more than 200'],
    [{ name: null }, 'name', 'is null'],
    [{ name: 'A\0B' }, 'name', 'holds a character that cannot be read (U+0000)'],
    [{ integrations: undefined }, 'integrations', 'is missing'],
    [{ integrations: null }, 'integrations', 'is null'],
    [{ integrations: {} }, 'integrations', 'is not a list'],
  ])('that is unusable says which field is wrong: %o', (change, field, message) => {
    expect(read(change)).toEqual({ faults: [{ field, message }] });
  });

  test('may differ in case from the requested ID', () => {
    expect(read({ id: 'd-1' })).toMatchObject({ account: { id: 'd-1' } });
  });

  test.each([
    [null, 'is null'],
    [undefined, 'is missing'],
    ['Central', 'must be an IANA time zone such as America/Chicago'],
  ])('with the time zone %s gets the default one and a warning', (timeZone, message) => {
    expect(read({ timeZone })).toMatchObject({
      account: { timeZone: 'America/Chicago', faults: [{ field: 'timeZone', message }] },
    });
  });

  test.each([
    ['', ''],
    [' Active\u200b', ' Active\u200b'],
    [null, null],
    [undefined, null],
    [0, '0'],
    [{ code: 'A' }, '{"code":"A"}'],
  ])('keeps the status %o unchanged', (effectiveStatus, kept) => {
    expect(read({ effectiveStatus })).toMatchObject({ account: { effectiveStatus: kept, faults: [] } });
  });
});

describe('a package and a level', () => {
  test.each([
    [
      { package: ' Gold', level: 5 },
      { package: ' Gold', level: '5' },
    ],
    [{ package: 'x'.repeat(70) }, { package: 'x'.repeat(64) }],
  ])('are kept as the record has them: %o', (change, kept) => {
    expect(read(change)).toEqual({ account: { ...record, ...kept, faults: [] } });
  });

  test.each([[null], [['Gold']], [true], ['a\0b']])('that are odd are as if there were none: %o', (odd) => {
    expect(read({ package: odd, level: odd })).toEqual({ account: { ...record, faults: [] } });
  });
});

describe('an unusable integration', () => {
  test.each([
    [{ ...dealerVault, dealerId: 10_104 }, 'integrations[1].dealerId', expect.stringContaining('leading zeros')],
    [{ ...dealerVault, dealerId: '' }, 'integrations[1].dealerId', 'is empty'],
    [{ ...dealerVault, dealerId: null }, 'integrations[1].dealerId', 'is null'],
    [{ kind: 'dms', vendor: 'DealerVault ' }, 'integrations[1].dealerId', 'is missing'],
  ])('is reported with its field and does not stop another: %o', (entry, field, message) => {
    expect(read({ integrations: [elead, entry] })).toMatchObject({
      account: { integrations: [elead], faults: [{ integration: 'dms/dealervault', field, message }] },
    });
  });

  test.each([[null], ['dms/cdk'], [{ kind: 'phone', vendor: 'x', dealerId: '1' }], [{ kind: 'dms', vendor: null }]])(
    'is reported even without a usable vendor: %o',
    (entry) => {
      expect(read({ integrations: [elead, entry] })).toMatchObject({
        account: { integrations: [elead], faults: [{ integration: null }] },
      });
    },
  );

  test('that is listed twice is not used, even when one entry is valid', () => {
    const field = 'integrations[2]';
    const message = 'names dms/dealervault again, after integrations[1]';
    for (const second of [{ ...dealerVault, dealerId: 'DV2' }, dealerVault, { ...dealerVault, vendor: 'DEALERVAULT' }])
      expect(read({ integrations: [elead, dealerVault, second] })).toMatchObject({
        account: { integrations: [elead], faults: [{ integration: 'dms/dealervault', field, message }] },
      });
    const first = { ...dealerVault, dealerId: 7 };
    expect(read({ integrations: [first, dealerVault] })).toMatchObject({ account: { integrations: [] } });
  });
});
