import { sql } from 'drizzle-orm';
import { beforeEach, expect, it } from 'vitest';
import { recordFailure } from '../../db/queries/outsideSystems.ts';
import { failingSystems } from '../../db/schema/shared.ts';
import type { Readiness } from '../../domain/shared/readiness.ts';
import { dealerOf } from '../support/dealer.ts';
import { serviceForFile } from '../support/serviceForFile.ts';

/** Outside systems that fail, on the overview and in the readiness. */

const { service, api } = await serviceForFile();
beforeEach(async () => {
  service.sandbox.reset();
  await service.db.delete(failingSystems);
});

interface Failing {
  system: string;
  name: string;
  since: string;
  lastFailedAt: string;
  reason: string;
}
const failing = async () =>
  (await api.get<{ failingSystems: Failing[] }>('olivia', '/v1/overview')).body.failingSystems;
const readiness = async () => {
  const { body } = await api.call<Readiness>(null, 'GET', '/readyz');
  return body.checks.find(({ name }) => name === 'outside_systems');
};

it('no system is named while all of them answer', async () => {
  await api.get('olivia', '/v1/dealers/D-1001');
  expect(await failing()).toEqual([]);
  expect(await readiness()).toEqual({ name: 'outside_systems', status: 'ok' });
});

it('CST is named from its first failed call until it answers again, also where only the overview asks it', async () => {
  const before = Date.now();
  service.sandbox.faults.cst.errors = 1_000;
  await api.get('olivia', '/v1/dealers/D-1003');
  await expect.poll(failing).toEqual([
    {
      system: 'cst',
      name: 'CST',
      since: expect.any(String),
      lastFailedAt: expect.any(String),
      reason: 'CST cannot answer now (GET /accounts/D-1003): HTTP 500',
    },
  ]);
  const [first] = await failing();
  expect(Date.parse(first!.since)).toBeGreaterThan(before - 1_000);
  await expect.poll(readiness, { timeout: 20_000 }).toEqual({
    name: 'outside_systems',
    status: 'degraded',
    reason: `CST fails since ${first!.since}; what needs it waits. The overview of the console says why`,
  });
  service.sandbox.faults.cst.errors = 0;
  await expect.poll(failing, { timeout: 90_000, interval: 500 }).toEqual([]);
});

it('a dealer’s record that cannot be used is no fault of CST', async () => {
  service.sandbox.state.oddFields.set('D-1002', { name: null });
  await api.get('olivia', '/v1/dealers/D-1002');
  expect(await failing()).toEqual([]);
});

it('the mail server is named while it takes no mail, and no more once it has taken one', async () => {
  service.sandbox.faults.smtp.next = Array.from({ length: 1_000 }, () => '421' as const);
  const { ended } = await dealerOf(service, 'D-1201').cancel(['crm/elead']);
  await expect.poll(async () => (await failing()).map(({ system }) => system)).toEqual(['mail_server']);
  service.sandbox.faults.smtp.next = [];
  await ended();
  expect(await failing()).toEqual([]);
});

it('it fails since its first failure, and one that nobody has called for more than an hour is not named', async () => {
  await recordFailure(service.db, 'fortellis', 'first');
  const [{ since }] = (await failing()) as [Failing];
  await recordFailure(service.db, 'fortellis', 'second');
  expect(await failing()).toMatchObject([{ since, reason: 'second' }]);
  await service.db.update(failingSystems).set({ lastFailedAt: sql`now() - interval '70 minutes'` });
  expect(await failing()).toEqual([]);
  await recordFailure(service.db, 'fortellis', 'third');
  const [again] = await failing();
  expect(Date.parse(again!.since)).toBeGreaterThan(Date.parse(since));
});
