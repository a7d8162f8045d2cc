import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { saveAccounts } from '../../db/queries/accounts.ts';
import { commandLine } from '../../db/queries/administration.ts';
import { createKey } from '../../db/queries/keys.ts';
import { savePerson } from '../../db/queries/people.ts';
import { Account } from '../../domain/shared/accounts.ts';
import { serviceForFile } from '../support/serviceForFile.ts';

/** What holds of every route alike: pages, limits, Location. */

const { service, api } = await serviceForFile({ withoutWorker: true });

type Page = Record<string, { id: string }[]> & { nextCursor: string | null };

/** The list in pages of two. */
async function allPages(path: string, list: string): Promise<{ ids: string[]; cursors: string[] }> {
  const ids: string[] = [];
  const cursors: string[] = [];
  for (let url = `${path}?limit=2`; ; url = `${path}?limit=2&cursor=${cursors.at(-1)}`) {
    const { status, body, text } = await api.get<Page>('admin', url);
    expect([url, status, text]).toEqual([url, 200, expect.anything()]);
    ids.push(...body[list]!.map(({ id }) => id));
    if (body.nextCursor === null) return { ids, cursors };
    expect(body[list]).toHaveLength(2);
    cursors.push(body.nextCursor);
  }
}

describe('every list is paged', () => {
  const lists = [
    ['/v1/people', 'people'],
    ['/v1/api-keys', 'keys'],
    ['/v1/events', 'events'],
    ['/v1/sessions', 'sessions'],
    ['/v1/accounts', 'accounts'],
    ['/v1/cancellations', 'cancellations'],
  ] as const;

  beforeAll(async () => {
    // Two people of one name, and keys made within one millisecond: the place of each is still its own.
    for (const id of ['pat', 'pam', 'pol']) {
      await savePerson(
        service.db,
        { id, name: 'Pat Page', email: `${id}@example.com`, teams: ['ops'], leadOf: null },
        commandLine,
      );
      await api.app.inject({ method: 'POST', url: '/v1/session', payload: { key: api.keys.admin } });
    }
    await Promise.all(
      Array.from({ length: 5 }, (_one, index) => createKey(service.db, { name: `page-${index}`, scopes: ['read'] })),
    );
    const account = { name: 'Page Motors', effectiveStatus: 'Canceled', parentSalesAccountId: null };
    await saveAccounts(
      service.db,
      ['A-1', 'A-2', 'A-3', 'A-4', 'A-5'].map((id) => Account.parse({ ...account, id })),
    );
    for (const id of ['D-1104', 'D-1302', 'D-1201']) expect((await api.start({ account: id })).status).toBe(202);
  });

  it.each(lists)('%s: the pages return each item once, in the order of the full list', async (path, list) => {
    const { body } = await api.get<Page>('admin', `${path}?limit=100`);
    const whole = body[list]!.map(({ id }) => id);
    expect(whole.length).toBeGreaterThan(2);
    expect(body.nextCursor).toBeNull();
    const { ids, cursors } = await allPages(path, list);
    expect(ids).toEqual(whole);
    expect(cursors).toHaveLength(Math.ceil(whole.length / 2) - 1);
  });

  it.each(lists)('%s: a cursor of another list, or a made-up one, is rejected', async (path) => {
    const other = path === '/v1/people' ? '/v1/cancellations' : '/v1/people';
    const { cursors } = await allPages(other, other === '/v1/people' ? 'people' : 'cancellations');
    const encoded = (place: string) => Buffer.from(place).toString('base64url');
    const list = path.split('/').at(-1);
    const notStorable = ['\\u0000', '\\ud800'].flatMap((text) => [
      encoded(`["${list === 'api-keys' ? 'keys' : list}","${text}","pat"]`),
      encoded(`["${list}","2026-01-01T00:00:00Z","administration/${text}"]`),
    ]);
    for (const cursor of [cursors[0]!, 'nonsense', encoded('["a"'), ...notStorable]) {
      const { status, body } = await api.get<{ errors?: object[] }>('admin', `${path}?cursor=${cursor}`);
      expect([cursor, status, body.errors]).toEqual([
        cursor,
        400,
        [{ path: 'query cursor', message: 'must be a nextCursor' }],
      ]);
    }
  });

  it('every list accepts the same range of limits', async () => {
    for (const [path] of [...lists, ['/v1/tasks']]) {
      for (const limit of ['0', '101', 'all']) {
        const { status, body } = await api.get<{ errors?: object[] }>('admin', `${path}?limit=${limit}`);
        expect([path, limit, status, body.errors]).toEqual([
          path,
          limit,
          400,
          [{ path: 'query limit', message: expect.any(String) }],
        ]);
      }
    }
  });
});

describe('a key that may start a cancellation', () => {
  const withKey = async (name: string) => {
    const { key } = await createKey(service.db, { name, scopes: ['cancellations:write'] });
    return (method: 'GET' | 'POST', url: string, payload?: object) =>
      api.app.inject({
        method,
        url,
        headers: { authorization: `Bearer ${key}`, 'idempotency-key': randomUUID() },
        ...(payload && { payload }),
      });
  };

  it('reads the cancellation of its Location, also after joining one; others need the scope read', async () => {
    const [mine, theirs, late] = [await withKey('mine'), await withKey('theirs'), await withKey('late')];
    const start = { account: 'D-1703', reason: 'subscription_canceled', integrations: ['crm/dealersocket'] };
    const started = await mine('POST', '/v1/cancellations', start);
    expect(started.statusCode).toBe(202);
    const location = String(started.headers.location);
    expect(location).toBe(started.json().address);

    const followed = await mine('GET', location);
    expect(followed.json()).toMatchObject({ id: started.json().id, account: 'D-1703', state: 'open' });
    const refused = await theirs('GET', location);
    expect([refused.statusCode, refused.json().type]).toEqual([403, '/problems/forbidden']);
    expect(refused.headers['www-authenticate']).toContain('error="insufficient_scope", scope="read"');
    expect((await api.get('reader', location)).status).toBe(200);

    const joined = await late('POST', '/v1/cancellations', start);
    expect(joined.headers.location).toBe(location);
    expect((await late('GET', location)).statusCode).toBe(200);
  });

  it('reads neither lists nor reports', async () => {
    const mine = await withKey('mine');
    const { id } = (
      await mine('POST', '/v1/cancellations', { account: 'D-1003', reason: 'subscription_canceled' })
    ).json();
    for (const url of ['/v1/cancellations', `/v1/cancellations/${id}/report`, '/v1/tasks'])
      expect([url, (await mine('GET', url)).statusCode]).toEqual([url, 403]);
    expect((await mine('GET', `/v1/cancellations/${randomUUID()}`)).statusCode).toBe(404);
  });
});

describe('rate limits', () => {
  const own = /^x-ratelimit-/;

  it('appear in the answers to an API key and count down', async () => {
    const { key } = await createKey(service.db, { name: 'limited', scopes: ['read'], requestsPerMinute: 2 });
    const answers = [];
    for (let tries = 0; tries < 3; tries += 1)
      answers.push(await api.app.inject({ url: '/v1/session', headers: { authorization: `Bearer ${key}` } }));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 429]);
    for (const [index, { headers }] of answers.entries()) {
      expect(headers['ratelimit-policy']).toBe('"key";q=2;w=60');
      const [, left, seconds] = /^"key";r=(\d+);t=(\d+)$/.exec(String(headers.ratelimit)) ?? [];
      expect(Number(left)).toBe(Math.max(0, 1 - index));
      expect(Number(seconds)).toBeGreaterThan(0);
      expect(Number(seconds)).toBeLessThanOrEqual(60);
      expect(Object.keys(headers).filter((name) => own.test(name))).toEqual([]);
    }
    expect(Number(answers[2]!.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('appear in the answers to an address without a key, also for unknown paths', async () => {
    for (const url of ['/problems/not-found', '/nowhere']) {
      const { headers } = await api.app.inject({ url, remoteAddress: '198.51.100.77' });
      expect([url, headers['ratelimit-policy']]).toEqual([url, '"address";q=120;w=60']);
      expect(headers.ratelimit).toMatch(/^"address";r=1\d\d;t=\d+$/);
      expect(Object.keys(headers).filter((name) => own.test(name))).toEqual([]);
    }
  });
});
