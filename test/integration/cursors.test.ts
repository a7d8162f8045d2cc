import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { Cst } from '../../activities/connectors/cst.ts';
import { dealersOf } from '../../activities/shared/dealers.ts';
import { contacts } from '../../db/schema/feeds.ts';
import { sortOrders, taskSorts } from '../../domain/shared/taskLists.ts';
import { apiOf, type TestApi } from '../support/api.ts';
import { serviceForFile } from '../support/serviceForFile.ts';
import type { ProblemBody } from '../support/views.ts';

/** A cursor comes from a client: whatever was changed in one, the client is told so, and nobody else is blamed. */

const { service } = await serviceForFile({ withoutWorker: true });
const { url, token } = service.sandbox.cst;
const api = await apiOf(service, { sandbox: { url, token } });
const withRegistry = await apiOf(service, { accounts: dealersOf({ ...service.outside, connectors: {} }) });
afterAll(() => Promise.all([api.close(), withRegistry.close()]));

const [contact] = await service.db.insert(contacts).values({ account: 'D-1104' }).returning();

type Place = (string | number | boolean | null)[];
const cursorOf = (place: unknown) => Buffer.from(JSON.stringify(place)).toString('base64url');
const at = '2026-11-26T12:00:00.123456+00:00';
const id = randomUUID();

const orders = taskSorts.flatMap((sort) => sortOrders.map((order) => [sort, order] as const));
const keysBefore: Record<(typeof taskSorts)[number], Place> = {
  priority: ['high'],
  due: [],
  dealer: [false, 'honda of springfield'],
  vendor: [false, 3],
  team: ['ops'],
  assignee: [false, 'olivia ops'],
  'follow-up': [false, at],
  opened: [at],
};
const lists: [name: string, path: string, place: Place, api: TestApi][] = [
  ['people', '/v1/people', ['people', 'Olivia Ops', 'olivia'], api],
  ['API keys', '/v1/api-keys', ['keys', at, id], api],
  ['events', '/v1/events', ['events', at, 7], api],
  ['sessions', '/v1/sessions', ['sessions', at, id], api],
  ['schedules', '/v1/schedules', ['schedules', 'feeds', 'import/F-1'], api],
  ['accounts', '/v1/accounts', ['accounts', 'D-1104'], api],
  ['cancellations', '/v1/cancellations', ['cancellations', at, id], api],
  ['a dealer’s events', '/v1/dealers/D-1104/events', ['dealer events', at, 7], api],
  ['dealers found in our tables', '/v1/dealers?search=honda', ['dealers', 'own', 2, 'honda', 'D-1104'], api],
  ['dealers found in CST', '/v1/dealers?search=honda', ['dealers', 'cst', '1'], api],
  ['dealers by activity', '/v1/dealers', ['dealers', 'recent', at, 7], api],
  ['dealers of the registry', '/v1/dealers', ['dealers', 'untouched', 'D-1104'], withRegistry],
  ['activities', '/v1/activities?account=D-1104', ['activities', '2026-11-26', '7'], api],
  ['a contact’s timeline', `/v1/contacts/${contact!.id}/timeline`, ['timeline', '2026-11-26', '7'], api],
  ['segments', '/v1/segments?account=D-1104', ['segments', 'Cash', id], api],
  ['the sandbox’s mail', '/v1/sandbox/mail', ['sandbox-mail', 3], api],
  ...orders.map(([sort, order]): (typeof lists)[number] => [
    `tasks by ${sort}, ${order}`,
    `/v1/tasks?sort=${sort}&order=${order}`,
    ['tasks', sort, order, ...keysBefore[sort], at, id],
    api,
  ]),
];

/** What one type allows and another does not. */
const traps = [
  ...['2026-11-26T12:00:00+23:59', '2026-11-26T12:00:00.1234567890123456789Z', '2026-11-26T12:00:00+15:59', 'infinity'],
  ...['0001-01-01T00:00:00Z', '9999-12-31T23:59:59-15:59', '', '\0', '\ud800', 'x'.repeat(1_000)],
  ...[-1, 2 ** 31, -(2 ** 31) - 1, 2 ** 53 - 1, 1e300, 0.5, true, null],
];
const odd = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.integer(),
  fc.double(),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.jsonValue({ maxDepth: 2 }),
);
/** Changes one part, or a part's characters, or adds or removes one. */
const changed = (place: Place) =>
  fc.nat(place.length - 1).chain((index) =>
    fc.oneof(
      { weight: 4, arbitrary: odd.map((value) => place.with(index, value as string)) },
      odd.map((value) => place.toSpliced(index, 0, value as string)),
      fc.constant(place.toSpliced(index, 1)),
      fc.tuple(fc.nat(40), fc.constantFrom('9', '-', '+', ':', '.', 'Z', 'a', '')).map(([offset, sign]) => {
        const text = String(place[index]);
        return place.with(index, text.slice(0, offset) + sign + text.slice(offset + 1));
      }),
    ),
  );

it.each(lists)('%s: a cursor that was changed is understood, or rejected as the client’s fault', async (...list) => {
  const [, path, place, asked] = list;
  const get = (cursor: string) =>
    asked.get<ProblemBody & { incomplete?: string | null }>(
      'admin',
      `${path}${path.includes('?') ? '&' : '?'}limit=2&cursor=${encodeURIComponent(cursor)}`,
    );
  expect(await get(cursorOf(place))).toMatchObject({ status: 200 });
  const examples = place.flatMap((_part, index) => traps.map((trap): [Place] => [place.with(index, trap)]));
  await fc.assert(
    fc.asyncProperty(changed(place), async (other) => {
      const { status, body } = await get(cursorOf(other));
      const seen = { status, incomplete: body.incomplete ?? null, paths: body.errors?.map((one) => one.path) };
      const understood = { status: 200, incomplete: null, paths: undefined };
      expect(seen).toEqual(status === 200 ? understood : { status: 400, incomplete: null, paths: ['query cursor'] });
    }),
    { examples, numRuns: examples.length + 50 },
  );
});

it('CST’s refusal of this service is not taken for a wrong cursor', async () => {
  const cst = new Cst({ url, token: 'expired' });
  const refused = await apiOf(service, { accounts: dealersOf({ ...service.outside, connectors: { cst } }) });
  afterAll(() => refused.close());
  const path = `/v1/dealers?search=honda&cursor=${cursorOf(['dealers', 'cst', '1'])}`;
  expect(await refused.get('admin', path)).toMatchObject({
    status: 200,
    body: { incomplete: expect.stringContaining('CST refuses this service') },
  });
});
