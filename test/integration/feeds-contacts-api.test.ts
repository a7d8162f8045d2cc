import { randomUUID } from 'node:crypto';
import { eq, like } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { createKey } from '../../db/queries/keys.ts';
import { activities, activitySegments, contacts } from '../../db/schema/feeds.ts';
import { events } from '../../db/schema/shared.ts';
import { importActivities, kim, pat } from '../support/activities.ts';
import { serviceForFile } from '../support/serviceForFile.ts';

const { service, api } = await serviceForFile({ withoutWorker: true });

interface Body extends Record<string, unknown> {
  id: string;
  contact: string;
  detail: string;
  errors: { path: string; message: string }[];
}

beforeEach(() => service.database.pool.query('truncate activities, contacts, activity_segments, feed_files, events'));

const trail = async (subject: string) => {
  const rows = await service.db.select().from(events).where(like(events.subject, subject)).orderBy(events.sequence);
  return rows.map((one) => [one.by, one.account, one.action, one.detail]);
};

describe('a segment', () => {
  const filter = { type: 'sold_unit', cash: false, termMin: 60 };
  const body = { account: 'D-1001', name: 'Long terms', filter };
  const create = (more: object = {}, key: string = randomUUID()) =>
    api.post<Body>('finn', '/v1/segments', { ...body, ...more }, { 'idempotency-key': key });
  const created = async (more: object = {}) => {
    const { status, body: made } = await create(more);
    expect([status, made]).toEqual([201, expect.anything()]);
    return made.id;
  };
  const change = (id: string, to: object) =>
    api.call<Body>('finn', 'PATCH', `/v1/segments/${id}`, { body: { version: 1, ...to } });
  const remove = (id: string, version: number) =>
    api.call<Body>('finn', 'DELETE', `/v1/segments/${id}?version=${version}`);

  it('is listed by name with how many of its dealer’s activities are in it now', async () => {
    const financed = { amountFinanced: '900.00', customer: kim };
    await importActivities(service, [
      { key: '1', ...financed, term: 60 },
      { key: '2', ...financed, term: 59 },
      { key: '3', customer: pat },
    ]);
    await importActivities(service, [{ key: '1', ...financed, term: 72 }], { account: 'D-1002' });
    const ids = [await created(), await created({ name: 'All', filter: { type: 'sold_unit' } })];
    await created({ account: 'D-1002' });
    const list = async (query: string) =>
      (await api.get<{ segments: Body[]; nextCursor: string | null }>('finn', `/v1/segments?account=D-1001${query}`))
        .body;
    const { segments } = await list('');
    expect(segments).toMatchObject([
      { id: ids[1], name: 'All', filter: { type: 'sold_unit' }, count: 3, version: 1, createdBy: 'finn' },
      { id: ids[0], name: 'Long terms', filter, count: 1 },
    ]);
    const first = await list('&limit=1');
    expect((await list(`&limit=1&cursor=${first.nextCursor}`)).segments.map(({ id }) => id)).toEqual([ids[0]]);
    expect((await api.get('finn', `/v1/segments/${ids[0]}`)).body).toEqual(segments[1]);
  });

  it('is created once for its Idempotency-Key, and its name is the dealer’s only one', async () => {
    const key = randomUUID();
    const [first, again] = [await create({}, key), await create({}, key)];
    expect([again.body, again.headers['idempotency-replayed']]).toEqual([first.body, 'true']);
    expect(first.headers.location).toBe(`/v1/segments/${first.body.id}`);
    expect(await create({ name: 'LONG terms' })).toMatchObject({ status: 409, body: { errors: [{ path: '/name' }] } });
    await created({ account: 'D-1002' });
    const both = await Promise.all([create({ name: 'Twin' }), create({ name: 'twin' })]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  it.each([
    [{ filter: { ...filter, columns: 'VIN' } }, '/filter/columns'],
    [{ filter: { termMin: 60, termMax: 12 } }, '/filter/termMax'],
    [{ filter: { termMin: true } }, '/filter/termMin'],
    [{ filter: { from: '2026-02-30' } }, '/filter/from'],
    [{ filter: { type: 'work_order', cash: true } }, '/filter/cash'],
    [{ filter: { contact: '1' } }, '/filter/contact'],
    [{ filter: undefined }, '/filter'],
    [{ filter: {} }, '/filter'],
    [{ name: ' ' }, '/name'],
  ])('is not created with %j', async (more, path) => {
    const { status, body: refused } = await create(more);
    expect([status, refused.errors?.map((one) => one.path)]).toEqual([400, [path]]);
  });

  it('is not created for a dealer that is not known', async () => {
    expect(await create({ account: 'D-9999' })).toMatchObject({
      status: 422,
      body: { errors: [{ path: '/account' }] },
    });
  });

  it('shows neither its count nor a VIN to a key that changes it and may not see customers', async () => {
    const id = await created({ filter: { cash: true, vin: '1HGCM82633A004352' } });
    const { key } = await createKey(service.db, {
      name: 'writer',
      scopes: ['contacts:write'],
      requestsPerMinute: 1_000,
    });
    const answer = await api.app.inject({
      ...{ method: 'PATCH', url: `/v1/segments/${id}`, headers: { authorization: `Bearer ${key}` } },
      payload: { version: 1 },
    });
    expect([answer.statusCode, answer.json()]).toMatchObject([200, { filter: { cash: true }, count: null }]);
    expect(answer.body).not.toContain('1HGCM82633A004352');
  });

  it('is changed and deleted only as it was read', async () => {
    const id = await created();
    const vin = '1HGCM82633A004352';
    expect(await change(id, { filter: { cash: true, vin } })).toMatchObject({
      ...{ status: 200, body: { version: 2, name: 'Long terms', filter: { cash: true, vin }, count: 0 } },
    });
    const stale = { status: 409, body: { errors: [{ path: '/version', message: 'is 2 now' }] } };
    expect(await change(id, { name: 'Other' })).toMatchObject(stale);
    expect(await remove(id, 1)).toMatchObject(stale);
    expect((await change(id, { version: 2, filter: { cash: true, vin: '2HGCM82633A004353' } })).body.version).toBe(3);
    expect((await change(id, { version: 3, name: 'Long terms' })).body.version).toBe(3);
    const other = await created({ name: 'Other' });
    expect(await change(other, { name: 'Long Terms' })).toMatchObject({ status: 409 });
    expect((await change(id, { version: 3, name: 'long terms' })).body.version).toBe(4);
    expect((await remove(id, 4)).status).toBe(204);
    for (const answer of [await remove(id, 4), await change(id, {}), await api.get('finn', `/v1/segments/${id}`)])
      expect(answer.status).toBe(404);
    expect((await service.db.select().from(activitySegments)).map((row) => row.id)).toEqual([other]);
    const said = await trail(`segment/${id}`);
    expect(said.map(([by, account, action]) => [by, account, action])).toEqual([
      ['finn', 'D-1001', 'Segment created'],
      ...Array.from({ length: 3 }, () => ['finn', 'D-1001', 'Segment changed']),
      ['finn', 'D-1001', 'Segment deleted'],
    ]);
    expect(JSON.stringify(said)).not.toContain('HGCM');
  });
});

describe('contacts', () => {
  const contactOf = async (key: string) => {
    const [row] = await service.db.select().from(activities).where(eq(activities.key, key));
    return String(row!.contactId);
  };
  const idOf = async (key: string) => {
    const [row] = await service.db.select().from(activities).where(eq(activities.key, key));
    return String(row!.id);
  };
  const merge = (id: string, into: string) =>
    api.post<Body>('finn', `/v1/contacts/${id}/merge`, { into, reason: 'the same person' });
  const split = (id: string, given: object, key: string = randomUUID()) =>
    api.post<Body>('finn', `/v1/contacts/${id}/split`, { reason: 'two people', ...given }, { 'idempotency-key': key });
  const al = { firstName: 'Al', lastName: 'Example' };

  it('are merged: activities, keys and what the other did not have, now and in later imports', async () => {
    await importActivities(service, [
      { key: '1', customer: { number: 'C1', firstName: 'Kim' } },
      { key: '2', customer: pat },
    ]);
    const [one, two] = [await contactOf('1'), await contactOf('2')];
    expect(await merge(two, one)).toMatchObject({ status: 200, body: { contact: one, merged: two, activities: 1 } });
    expect((await api.get('finn', `/v1/contacts/${two}`)).body).toMatchObject({ mergedInto: one });
    expect((await api.get('finn', `/v1/contacts/${one}`)).body).toMatchObject({
      ...{ mergedInto: null, customerNumber: 'C1', email: pat.email },
    });
    await importActivities(service, [
      { key: '2', customer: { ...pat, email: 'new@example.com' } },
      { key: '3', customer: pat },
      { key: '4', customer: { email: pat.email } },
    ]);
    expect(await Promise.all(['1', '2', '3', '4'].map(contactOf))).toEqual([one, one, one, one]);
    for (const id of [one, two]) {
      const { body } = await api.get<{ activities: object[] }>('finn', `/v1/contacts/${id}/timeline`);
      expect(body.activities).toHaveLength(4);
    }
    const detail = `contact ${two} into contact ${one}; activities: 1; the same person`;
    expect(await trail('contact/%')).toEqual([['finn', 'D-1001', 'Contacts merged', detail]]);
    const match = await api.get('finn', `/v1/activities/${await idOf('2')}/match`);
    expect(match.body).toMatchObject({ changes: [{ by: 'finn', action: 'Contacts merged', detail }] });
    expect((await merge(two, one)).body).toEqual({ contact: one, merged: two, activities: 0 });
    expect(await trail('contact/%')).toHaveLength(1);
  });

  it('that were merged lead to the last one, also where that one is merged', async () => {
    await importActivities(
      service,
      ['1', '2', '3'].map((key) => ({ key, customer: { number: `C${key}` } })),
    );
    const [one, two, three] = [await contactOf('1'), await contactOf('2'), await contactOf('3')];
    await merge(one, two);
    await merge(two, three);
    await importActivities(service, [{ key: '4', customer: { number: 'C1' } }]);
    expect(await Promise.all(['1', '4'].map(contactOf))).toEqual([three, three]);
    expect((await api.get('finn', `/v1/contacts/${one}`)).body).toMatchObject({ mergedInto: three });
    expect(await merge(one, two)).toMatchObject({ status: 409, body: { detail: expect.stringContaining(three) } });
  });

  it('are not merged with themselves, another dealer’s, one that is not there, or one that was merged', async () => {
    await importActivities(service, [
      { key: '1', customer: kim },
      { key: '2', customer: pat },
    ]);
    await importActivities(service, [{ key: '3', customer: kim }], { account: 'D-1002' });
    const [one, two, elsewhere] = [await contactOf('1'), await contactOf('2'), await contactOf('3')];
    expect(await merge(one, one)).toMatchObject({ status: 422, body: { errors: [{ path: '/into' }] } });
    expect(await merge(one, elsewhere)).toMatchObject({ status: 422, body: { errors: [{ path: '/into' }] } });
    expect(await merge(one, '999999999')).toMatchObject({ status: 422, body: { errors: [{ path: '/into' }] } });
    expect(await merge('999999999', one)).toMatchObject({ status: 404 });
    await merge(two, one);
    expect(await merge(one, two)).toMatchObject({ status: 409, body: { errors: [{ path: '/into' }] } });
    expect(await contactOf('3')).toBe(elsewhere);
  });

  it('are split: the activities stay with the new one whatever later files say', async () => {
    const customer = { ...kim };
    await importActivities(
      service,
      ['1', '2', '3'].map((key) => ({ key, customer })),
    );
    const one = await contactOf('1');
    const named = [await idOf('1'), await idOf('2')];
    const key = randomUUID();
    const given = { activities: named, contact: { ...al, email: 'KIM@example.com' } };
    const made = await split(one, given, key);
    const { contact } = made.body;
    expect(made).toMatchObject({ status: 201, body: { from: one, activities: 2, address: `/v1/contacts/${contact}` } });
    expect((await split(one, given, key)).body).toEqual(made.body);
    expect((await api.get('finn', `/v1/contacts/${contact}`)).body).toMatchObject({
      ...{ name: 'Al Example', email: 'kim@example.com', phone: null, account: 'D-1001' },
    });
    expect((await api.get('finn', `/v1/contacts/${one}`)).body).toMatchObject({ email: null, phone: kim.phone });
    await importActivities(service, [
      { key: '1', customer: { ...customer, phone: '+15125550199' }, amountFinanced: '1.00' },
      { key: '2', customer: { firstName: 'Kim' }, amountFinanced: '2.00' },
      { key: '4', customer: { email: kim.email } },
    ]);
    await importActivities(service, [{ key: '5', customer }]);
    expect(await Promise.all(['1', '2', '3', '4', '5'].map(contactOf))).toEqual([contact, contact, one, contact, one]);
    expect(await service.db.$count(contacts)).toBe(2);
    expect((await api.get('finn', `/v1/activities/${named[0]}/match`)).body).toMatchObject({
      ...{ rule: 'assigned', compared: [], changes: [{ by: 'finn', action: 'Contact split off' }] },
    });
    expect(await trail('contact/%')).toEqual([
      ['finn', 'D-1001', 'Contact split', `into contact ${contact}; activities: 2; two people`],
      ['finn', 'D-1001', 'Contact split off', `from contact ${one}; activities: 2; two people`],
    ]);
  });

  it('that were merged by mistake are split again with their customer number', async () => {
    await importActivities(service, [
      { key: '1', customer: kim },
      { key: '2', customer: pat },
    ]);
    const [one, two] = [await contactOf('1'), await contactOf('2')];
    await merge(two, one);
    const given = { activities: [await idOf('2')], contact: { customerNumber: 'C2', firstName: 'Pat' } };
    const { contact } = (await split(one, given)).body;
    await importActivities(service, [
      { key: '3', customer: pat },
      { key: '4', customer: kim },
    ]);
    expect(await Promise.all(['2', '3', '4'].map(contactOf))).toEqual([contact, contact, one]);
  });

  it.each([
    [{ activities: [] }, '/activities'],
    [{ activities: ['x'] }, '/activities/0'],
    [{ activities: ['1', '1'] }, '/activities'],
    [{ contact: {} }, '/contact'],
    [{ contact: { email: 'nobody' } }, '/contact/email'],
    [{ contact: { phone: '12' } }, '/contact/phone'],
    [{ contact: { ...al, vin: 'x' } }, '/contact/vin'],
    [{ reason: '' }, '/reason'],
  ])('are not split with %j', async (more, path) => {
    const { status, body } = await split('1', { activities: ['1'], contact: al, ...more });
    expect([status, body.errors?.map((one) => one.path)]).toEqual([400, [path]]);
  });

  it('are not split by activities of others, nor after they were merged', async () => {
    await importActivities(service, [
      { key: '1', customer: kim },
      { key: '2', customer: pat },
    ]);
    const [one, two] = [await contactOf('1'), await contactOf('2')];
    const others = await split(one, { activities: [await idOf('1'), await idOf('2')], contact: al });
    expect(others).toMatchObject({ status: 422, body: { errors: [{ path: '/activities' }] } });
    expect(await contactOf('1')).toBe(one);
    await merge(one, two);
    expect(await split(one, { activities: [await idOf('1')], contact: al })).toMatchObject({ status: 409 });
    expect(await split('999999999', { activities: ['1'], contact: al })).toMatchObject({ status: 404 });
  });

  it('wait for an import that is writing them, and say so when it takes long', async () => {
    await importActivities(service, [
      { key: '1', customer: kim },
      { key: '2', customer: pat },
    ]);
    const [one, two] = [await contactOf('1'), await contactOf('2')];
    const importing = await service.database.pool.connect();
    await importing.query(`begin; select pg_advisory_xact_lock(hashtextextended('feeds/contacts/D-1001', 0))`);
    expect(await merge(two, one)).toMatchObject({
      status: 503,
      body: { detail: expect.stringContaining('An import') },
    });
    expect(await contactOf('2')).toBe(two);
    await importing.query('commit');
    importing.release();
    expect((await merge(two, one)).status).toBe(200);
  });

  it('nobody changes them without the scope contacts:write', async () => {
    for (const what of ['merge', 'split'])
      expect(await api.post('reader', `/v1/contacts/1/${what}`, {})).toMatchObject({
        ...{ status: 403, body: { detail: expect.stringContaining('contacts:write') } },
      });
  });
});
