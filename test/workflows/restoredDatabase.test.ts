import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cancellations } from '../../db/schema/cancellations.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { formOf, lose } from '../support/lostRecords.ts';
import { replayAndClose } from '../support/replay.ts';
import { startService, type TestService } from '../support/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startService({ timeSkipping: true });
});
afterAll(() => replayAndClose(service));

it('a database that has lost a cancellation for which nothing happens has it again within a day', async () => {
  const account = 'D-1003';
  const dealer = dealerOf(service, account);
  const { id, ended } = await dealer.cancel(['crm/dealersocket']);
  const { submit } = await formOf(service, account);
  await service.skipDays(1);
  await lose(service, id);
  await service.skipDays(1);
  await eventually(async () => (await dealer.progress(id, 'crm/dealersocket'))?.state === 'waiting');
  const [row] = await service.db.select().from(cancellations).where(eq(cancellations.id, id));
  expect(row).toMatchObject({ state: 'open', joinable: true });
  await submit();
  expect(await ended()).toEqual({ 'crm/dealersocket': 'ended' });
});
