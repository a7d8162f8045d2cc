import { describe, expect, it } from 'vitest';
import { type LatestCancellation, reasonToIgnore } from '../../domain/cancellations/dataAfterEnd.ts';
import { withArrivals } from '../../domain/cancellations/dataAfterEndTask.ts';

const ended: LatestCancellation = {
  cancellationId: '00000000-0000-4000-8000-000000000001',
  account: 'D-1402',
  integration: 'dms/cdk',
  dealerId: '3PA0000402',
  state: 'ended',
  endedAt: new Date('2030-01-10T12:00:00Z'),
};
const at = (receivedAt: string, dealerId?: string) => ({ receivedAt, dealerId });

describe('data that arrives after the end', () => {
  it('is an issue when the grace period is over', () => {
    expect(reasonToIgnore(ended, at('2030-01-12T12:00:00Z'), 2)).toBe('within 2 days after the end');
    expect(reasonToIgnore(ended, at('2030-01-12T12:00:01Z'), 2)).toBeUndefined();
    expect(reasonToIgnore(ended, at('2030-01-10T12:00:01Z'), 0)).toBeUndefined();
  });

  it.each(['in_progress', 'waiting', 'blocked', 'not_completed', 'withdrawn'] as const)(
    'is no issue of a cancellation that is %s',
    (state) => {
      expect(reasonToIgnore({ ...ended, state }, at('2030-02-01T00:00:00Z'), 2)).toContain(state.replace('_', ' '));
    },
  );

  it('is no issue when the dealer had another ID at the vendor: that is a new integration', () => {
    expect(reasonToIgnore(ended, at('2030-02-01T00:00:00Z', '3PA0000402'), 2)).toBeUndefined();
    expect(reasonToIgnore(ended, at('2030-02-01T00:00:00Z', '3PA0000999'), 2)).toContain('a new integration');
  });

  it('is an issue again only when the grace period after the last answer is over', () => {
    const answered = { at: new Date('2030-02-01T00:00:00Z'), outcome: 'ended_now' };
    expect(reasonToIgnore({ ...ended, answered }, at('2030-02-02T00:00:00Z'), 2)).toContain('after the last answer');
    expect(reasonToIgnore({ ...ended, answered }, at('2030-02-04T00:00:00Z'), 2)).toBeUndefined();
    const expected = { ...ended, answered: { ...answered, outcome: 'new_integration' } };
    expect(reasonToIgnore(expected, at('2030-06-01T00:00:00Z'), 2)).toContain('a new integration');
  });
});

it('the task’s texts show what has arrived so far, in place of what had before', () => {
  const first = {
    files: 1,
    records: 0,
    first: '2030-02-01T00:00:00.000Z',
    last: '2030-02-01T00:00:00.000Z',
    sources: [],
  };
  const before = withArrivals(first, [{ label: 'Account', value: 'D-1402' }]);
  const now = withArrivals({ ...first, records: 12, last: '2030-02-02T00:00:00.000Z', sources: ['cdk-daily'] }, before);
  expect(now).toEqual([
    { label: 'Account', value: 'D-1402' },
    { label: 'Arrived so far', value: '1 file, 12 records', isNote: true },
    { label: 'First arrival (UTC)', value: '2030-02-01 00:00', isNote: true },
    { label: 'Last arrival (UTC)', value: '2030-02-02 00:00', isNote: true },
    { label: 'Where', value: 'cdk-daily', isNote: true },
  ]);
});
