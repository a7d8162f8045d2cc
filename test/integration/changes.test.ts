import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { consoleHeader, sessionCookie } from '../../api/server/auth.ts';
import { recordEvent } from '../../db/queries/events.ts';
import { createKey, hashOf, revokeKey } from '../../db/queries/keys.ts';
import { cancellationIntegrations, cancellations } from '../../db/schema/cancellations.ts';
import { sessions } from '../../db/schema/shared.ts';
import { apiOf } from '../support/api.ts';
import { listenToChanges } from '../support/changeStream.ts';
import { eventually } from '../support/eventually.ts';
import { withKey } from '../support/requests.ts';
import { serviceForFile } from '../support/serviceForFile.ts';

const { service, api } = await serviceForFile({ withoutCst: true });
let address: string;
beforeAll(async () => {
  address = await api.app.listen({ port: 0, host: '127.0.0.1' });
});

const open: { close(): void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});
async function listen(headers: Record<string, string> = withKey(api.keys.reader), at = address) {
  const stream = await listenToChanges(at, headers);
  open.push(stream);
  return stream;
}
/** One that has heard all that was written before. */
async function listening(headers?: Record<string, string>, at?: string) {
  const stream = await listen(headers, at);
  await stream.first();
  const marker = randomUUID();
  const event = {
    id: marker,
    process: 'administration',
    subject: `person/${marker}`,
    by: 'test',
    action: 'test',
  } as const;
  await recordEvent(service.db, event);
  await stream.hears('people', marker);
  stream.heard.length = 0;
  return stream;
}
/** One that no workflow changes. */
async function closedCancellation(): Promise<string> {
  const id = randomUUID();
  const row = { id, account: id, reason: 'vendor_change', state: 'closed', requestedBy: 'test' } as const;
  await service.db.insert(cancellations).values(row);
  return id;
}

const accountOf = (account: string) => ({
  name: `Dealer ${account}`,
  effectiveStatus: 'Cancelled',
  parentSalesAccountId: null,
  timeZone: 'America/Chicago',
  integrations: [{ kind: 'crm', vendor: 'vinsolutions', dealerId: '4711' }],
});
async function startFor(account: string): Promise<string> {
  const put = await api.call('admin', 'PUT', `/v1/accounts/${account}`, { body: accountOf(account) });
  expect([put.status, put.text]).toEqual([200, expect.anything()]);
  const { status, body, text } = await api.start({ account });
  expect([status, text]).toEqual([202, expect.anything()]);
  return body.id;
}
const taskOf = (account: string) =>
  eventually(async () => {
    const { body } = await api.get<{ tasks: { id: string }[] }>('reader', `/v1/tasks?account=${account}`);
    return body.tasks[0]?.id;
  });
const signIn = async (key: string) => {
  const answer = await api.app.inject({ method: 'POST', url: '/v1/session', payload: { key } });
  return answer.cookies.find(({ name }) => name === sessionCookie)!.value;
};
const withCookie = (token: string) => ({ cookie: `${sessionCookie}=${token}` });

describe('the stream of changes', () => {
  it('first says that everything must be read, then names what a person or a workflow changes', async () => {
    const stream = await listen();
    expect([stream.status, stream.response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    expect(stream.response.headers.get('cache-control')).toBe('no-store');
    expect((await stream.first()).data).toEqual({ everything: true });

    const id = await startFor('L-1');
    await stream.hears('cancellations', id);
    await stream.hears('dealers', 'L-1');
    const task = await taskOf('L-1');
    await stream.hears('tasks', task);

    const beforeComment = stream.heard.length;
    await api.call('olivia', 'PUT', `/v1/tasks/${task}/comments/${randomUUID()}`, {
      body: { text: 'Called them' },
    });
    await eventually(async () => stream.heard.slice(beforeComment).some(({ data }) => data.tasks?.includes(task)));
    await api.call('admin', 'PUT', '/v1/people/pat', {
      body: { name: 'Pat', email: 'pat@example.com', teams: ['ops'] },
    });
    await stream.hears('people', 'pat');
    expect(stream.heard.slice(1).some(({ data }) => data.everything)).toBe(false);
  });

  it('tells reverse proxies not to buffer it, and is no answer to who rules it out', async () => {
    const { response } = await listening();
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-accel-buffering': 'no',
      'cache-control': 'no-store',
      'content-type': expect.stringContaining('text/event-stream'),
    });
    expect(response.headers.get('content-encoding')).toBeNull();
    for (const accept of ['text/event-stream;q=0', 'application/json', '*/*, text/event-stream;q=0']) {
      const refused = await listen({ ...withKey(api.keys.reader), accept });
      expect([accept, refused.status, await refused.response.json()]).toMatchObject([
        accept,
        406,
        { type: '/problems/not-acceptable' },
      ]);
    }
    for (const accept of ['text/*', '*/*;q=0.1', 'application/json, text/event-stream;q=0.5'])
      expect([accept, (await listen({ ...withKey(api.keys.reader), accept })).status]).toEqual([accept, 200]);
  });

  it('names a cancellation whose integration has changed without an event', async () => {
    const id = await startFor('L-2');
    await taskOf('L-2');
    const stream = await listening();
    await service.db
      .update(cancellationIntegrations)
      .set({ reason: 'waits' })
      .where(eq(cancellationIntegrations.cancellationId, id));
    await stream.hears('cancellations', id);
    await stream.hears('dealers', 'L-2');
    const later = stream.heard.length;
    await service.db.update(cancellations).set({ timeZone: 'America/Denver' }).where(eq(cancellations.id, id));
    await eventually(async () => stream.heard.slice(later).some(({ data }) => data.cancellations?.includes(id)));
  });

  it('says nothing of a draft, which only its writer sees', async () => {
    await startFor('L-3');
    const task = await taskOf('L-3');
    const stream = await listening();
    await api.post('olivia', `/v1/tasks/${task}/claim`);
    await stream.hears('tasks', task);
    await startFor('L-3b');
    const other = await taskOf('L-3b');
    await stream.hears('tasks', other);
    const later = stream.heard.length;
    const [field] = (await api.get<{ content: { fields: { name: string }[] } }>('reader', `/v1/tasks/${task}`)).body
      .content.fields;
    const saved = await api.call('olivia', 'PUT', `/v1/tasks/${task}/draft`, {
      body: { answers: { [field!.name]: '4' } },
    });
    expect([saved.status, saved.text]).toEqual([200, expect.anything()]);
    // Written after the draft, and heard.
    await api.post('olivia', `/v1/tasks/${other}/claim`);
    await eventually(async () => stream.heard.slice(later).some(({ data }) => data.tasks?.includes(other)));
    expect(stream.heard.slice(later).flatMap(({ data }) => data.tasks ?? [])).not.toContain(task);
  });

  it('names what a transaction wrote that commits after later ones', async () => {
    const [slow, quick] = [await closedCancellation(), await closedCancellation()];
    const stream = await listening();
    const client = await service.database.pool.connect();
    const heard = () => stream.heard.flatMap(({ data }) => data.cancellations ?? []);
    try {
      await client.query('begin');
      await client.query(
        "update cancellations set time_zone = 'UTC', changed_in = pg_current_xact_id() where id = $1",
        [slow],
      );
      await service.db.update(cancellations).set({ timeZone: 'UTC' }).where(eq(cancellations.id, quick));
      await stream.hears('cancellations', quick);
      expect(heard()).not.toContain(slow);
      await client.query('commit');
    } finally {
      client.release();
    }
    await stream.hears('cancellations', slow);
  });

  it('names nothing that a restored backup has from transactions of another server', async () => {
    const [restored, changed] = [await closedCancellation(), await closedCancellation()];
    const stream = await listening();
    const changedIn = sql`'9000000000000'::xid8`;
    await service.db.update(cancellations).set({ changedIn }).where(eq(cancellations.id, restored));
    await service.db.update(cancellations).set({ timeZone: 'UTC' }).where(eq(cancellations.id, changed));
    await stream.hears('cancellations', changed);
    expect(stream.heard.flatMap(({ data }) => data.cancellations ?? [])).not.toContain(restored);
  });

  it('names so many changes at once as everything', async () => {
    const stream = await listening();
    await service.db.execute(sql`
      insert into events (id, process, subject, "by", action)
      select 'many/' || n, 'cancellations', 'subject-' || n, 'dealerops', 'Test' from generate_series(1, 600) as n`);
    await eventually(async () => stream.heard.some(({ data }) => data.everything));
  });
});

describe('a stream that was interrupted', () => {
  it('continues at another API process with what it has missed, and nothing else', async () => {
    const before = await closedCancellation();
    const stream = await listening();
    const touch = () => service.db.update(cancellations).set({ timeZone: 'UTC' }).where(eq(cancellations.id, before));
    await touch();
    await stream.hears('cancellations', before);
    const last = stream.heard.at(-1)!.id;
    stream.close();
    const missed = await startFor('L-11');
    const missedTask = await taskOf('L-11');

    const other = await apiOf(service);
    try {
      const at = await other.app.listen({ port: 0, host: '127.0.0.1' });
      const resumed = await listen({ ...withKey(api.keys.reader), 'last-event-id': last }, at);
      const first = await resumed.first();
      expect(first.data.everything).toBeUndefined();
      expect(first.data.tasks).toContain(missedTask);
      expect(first.data.cancellations).toContain(missed);
      expect(first.data.cancellations).not.toContain(before);
      await touch();
      await resumed.hears('cancellations', before);
      resumed.close();
    } finally {
      await other.close();
    }
  });

  it.each(['1', '', '1-1/1:1:', '0-0/5:9:7', 'x'.repeat(5_000), '../etc', '1-1/9:5:'])(
    'reads everything again after an event that this database does not know: %.20s',
    async (lastEventId) => {
      const stream = await listen({ ...withKey(api.keys.reader), 'last-event-id': lastEventId });
      expect((await stream.first()).data).toEqual({ everything: true });
    },
  );

  it('reads everything again after an event that is later than all of this database', async () => {
    const { id } = await (await listen()).first();
    const [database] = id.split('/');
    for (const snapshot of ['900000000000:900000000001:900000000000', '9:5:', '5:9:8,7', '5:9:99', '5:9:,'])
      expect(
        (await (await listen({ ...withKey(api.keys.reader), 'last-event-id': `${database}/${snapshot}` })).first())
          .data,
      ).toEqual({ everything: true });
  });
});

describe('who listens', () => {
  it('needs the scope read', async () => {
    const { key } = await createKey(service.db, { name: 'writer', scopes: ['cancellations:write'] });
    expect((await listen(withKey(key))).status).toBe(403);
    expect((await listen({})).status).toBe(401);
    expect(
      (await api.app.inject({ method: 'HEAD', url: '/v1/changes', headers: withKey(api.keys.reader) })).statusCode,
    ).toBe(405);
  });

  it('hears at least every 15 seconds that nothing was missed, for longer than other answers may take', async () => {
    const stream = await listening();
    await eventually(async () => stream.heard.some(({ data }) => Object.keys(data).length === 0));
  });

  it('does not use the session, which ends without use and its stream with it', async () => {
    const token = await signIn(api.keys.olivia);
    const its = eq(sessions.tokenHash, hashOf(token));
    await service.db.update(sessions).set({ lastUsedAt: sql`now() - interval '10 minutes'` }).where(its);
    const [{ lastUsedAt } = { lastUsedAt: null }] = await service.db.select().from(sessions).where(its);
    const stream = await listening(withCookie(token));
    expect((await service.db.select().from(sessions).where(its))[0]!.lastUsedAt).toEqual(lastUsedAt);
    await service.db.update(sessions).set({ lastUsedAt: sql`now() - interval '31 minutes'` }).where(its);
    await stream.ended;
    expect((await listen(withCookie(token))).status).toBe(401);
  });

  it('hears nothing more after signing out, and after the key was revoked', async () => {
    const token = await signIn(api.keys.oscar);
    const stream = await listening(withCookie(token));
    const { id, key } = await createKey(service.db, { name: 'short', scopes: ['read'] });
    const ofKey = await listening(withKey(key));
    await api.app.inject({
      method: 'DELETE',
      url: '/v1/session',
      headers: { ...withCookie(token), [consoleHeader]: '1' },
    });
    await revokeKey(service.db, id);
    await Promise.all([stream.ended, ofKey.ended]);
    const stays = await listening();
    expect(stays.status).toBe(200);
  });

  it('has at most ten streams, and another one when it closes one', async () => {
    const { key } = await createKey(service.db, { name: 'tabs', scopes: ['read'] });
    const streams = [];
    for (let n = 0; n < 10; n += 1) streams.push(await listening(withKey(key)));
    const refused = await listen(withKey(key));
    expect([refused.status, refused.response.headers.get('retry-after')]).toEqual([429, '10']);
    expect(await refused.response.json()).toMatchObject({ type: '/problems/too-many-requests' });
    expect((await listening()).status).toBe(200);
    streams[0]!.close();
    await eventually(async () => (await listen(withKey(key))).status === 200);
  });
});

it('the API that stops ends its streams at once', async () => {
  const other = await apiOf(service);
  const at = await other.app.listen({ port: 0, host: '127.0.0.1' });
  const stream = await listening(withKey(api.keys.reader), at);
  await Promise.all([other.close(), stream.ended]);
});

it('a stream that ends before its first event is answered: the API stops while PostgreSQL lets it wait', async () => {
  const { id } = await (await listen()).first();
  const other = await apiOf(service);
  const at = await other.app.listen({ port: 0, host: '127.0.0.1' });
  const client = await service.database.pool.connect();
  try {
    await client.query('begin');
    await client.query('lock table cancellations in access exclusive mode');
    const stream = listen({ ...withKey(api.keys.reader), 'last-event-id': id }, at);
    const isWaiting = sql`select from pg_locks where not granted and relation = 'cancellations'::regclass`;
    await eventually(async () => (await service.db.execute(isWaiting)).rows.length > 0);
    const closed = other.close();
    await client.query('rollback');
    const { status, response } = await stream;
    expect([status, response.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await response.json()).toMatchObject({ type: '/problems/unavailable' });
    await closed;
  } finally {
    client.release(true);
  }
});
