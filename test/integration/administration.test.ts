import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { importAccountLines } from '../../db/queries/accountsImport.ts';
import { commandLine } from '../../db/queries/administration.ts';
import { listEvents } from '../../db/queries/events.ts';
import { createKey, revokeKey } from '../../db/queries/keys.ts';
import { apiKeys, people } from '../../db/schema/shared.ts';
import { admitFirstKeys } from '../../embedded/firstKeys.ts';
import { serviceForFile } from '../support/serviceForFile.ts';

/** People and keys: what administrators may change, and the trace that it leaves. */

interface Event {
  by: string;
  keyId: string | null;
  action: string;
  subject: string;
  detail: string;
}

const { service, api } = await serviceForFile({ withoutWorker: true });
let adminKeyId: string;
beforeAll(async () => {
  const [row] = await service.db.select().from(apiKeys).where(eq(apiKeys.name, 'admin'));
  adminKeyId = row!.id;
});

const put = (id: string, body: object) =>
  api.call<{ active: boolean; type: string }>('admin', 'PUT', `/v1/people/${id}`, {
    body: { name: 'A Person', email: 'person@example.com', teams: ['ops'], ...body },
  });
const eventsOf = async (subject: string) =>
  (await api.get<{ events: Event[] }>('admin', `/v1/events?subject=${encodeURIComponent(subject)}`)).body.events;

describe('people', () => {
  it('who have left become active again only when the request says so', async () => {
    expect((await put('leaver', {})).body.active).toBe(true);
    expect((await put('leaver', { active: false })).body.active).toBe(false);
    expect((await put('leaver', { name: 'Another Name' })).body.active).toBe(false);
    expect((await put('leaver', { active: true })).body.active).toBe(true);
    expect((await eventsOf('person/leaver')).map(({ action, detail }) => [action, detail])).toEqual([
      ['person changed', 'name: "Another Name" → "A Person"; active: false → true'],
      ['person changed', 'name: "A Person" → "Another Name"'],
      ['person changed', 'active: true → false'],
      ['person added', 'name: "A Person"; email: "person@example.com"; teams: ["ops"]; leadOf: null; active: true'],
    ]);
  });

  describe('the last active team lead', () => {
    const leads = async () =>
      (await service.db.select().from(people).where(eq(people.leadOf, 'ops')))
        .filter(({ active }) => active)
        .map(({ id }) => id);
    beforeEach(async () => {
      for (const id of ['lena', 'lars'])
        await put(id, { leadOf: 'ops', active: true, name: id, email: `${id}@example.com` });
    });

    it('of a team can neither leave nor stop leading it, whoever leads other teams', async () => {
      expect((await put('lars', {})).status).toBe(200);
      for (const body of [{}, { leadOf: 'ops', active: false }, { teams: ['feeds'], leadOf: 'feeds' }]) {
        expect(await put('lena', body)).toMatchObject({
          status: 409,
          body: {
            type: '/problems/last-team-lead',
            detail: expect.stringContaining('lena is the last active team lead of ops'),
          },
        });
      }
      expect(await leads()).toEqual(['lena']);
      expect((await put('lena', { leadOf: 'ops', name: 'Lena Again' })).status).toBe(200);
    });

    it.each([{}, { leadOf: 'ops', active: false }])('stays active when two leave at once (%o)', async (body) => {
      const answers = await Promise.all([put('lena', body), put('lars', body)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      expect(await leads()).toHaveLength(1);
    });
  });

  it.each(['dealerops', 'cst', 'ops', 'me', 'temporal', 'lead', 'a-lead', 'command-line', 'mail_server', 'nobody'])(
    'cannot have the ID %s, which the audit record reserves',
    async (id) => {
      const answer = await put(id, {});
      expect(answer).toMatchObject({
        status: 400,
        body: { errors: [{ path: 'path id', message: expect.stringContaining('reserved') }] },
      });
    },
  );
});

describe('API keys', () => {
  it.each([
    'dealerops',
    'CST',
    ' Ops ',
    'ME',
    'Temporal',
    'A lead',
    'the  Mail server',
    '\uff4d\uff45',
    'command line',
  ])('cannot have the name %s', async (name) => {
    const answer = await api.post('admin', '/v1/api-keys', { name, scopes: ['read'] });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: '/name' }] } });
    expect(await service.db.select().from(apiKeys).where(eq(apiKeys.name, name.trim()))).toEqual([]);
  });
});

describe('administrative changes are audited', () => {
  const trace = async (subject: string) =>
    (await eventsOf(subject)).map(({ by, keyId, action, detail }) => [by, keyId, action, detail]);

  it('API keys: who created and who revoked them', async () => {
    const { id } = (await api.post<{ id: string }>('admin', '/v1/api-keys', { name: 'traced', scopes: ['read'] })).body;
    await api.call('admin', 'DELETE', `/v1/api-keys/${id}`);
    await api.call('admin', 'DELETE', `/v1/api-keys/${id}`);
    expect(await trace(`api-key/${id}`)).toEqual([
      ['key:admin', adminKeyId, 'API key revoked', 'name: "traced"; personId: null'],
      [
        'key:admin',
        adminKeyId,
        'API key created',
        'name: "traced"; scopes: ["read"]; personId: null; requestsPerMinute: 600; expiresAt: null',
      ],
    ]);
    const made = await createKey(service.db, { name: 'by command', scopes: ['read'] });
    await revokeKey(service.db, made.id);
    expect((await trace(`api-key/${made.id}`)).map(([by, keyId]) => [by, keyId])).toEqual([
      ['command line', null],
      ['command line', null],
    ]);
  });

  it('the first people and keys of npm start, once', async () => {
    const key = () => `dok_${randomUUID()}`;
    const keys = {
      offboarding: key(),
      demo: key(),
      olivia: key(),
      lena: key(),
      fiona: key(),
      felix: key(),
      theo: key(),
    };
    const created = async () => {
      const all = await listEvents(service.db, { process: 'administration', by: commandLine.by, limit: 100 });
      return all.filter(({ action }) => action === 'API key created').length;
    };
    const before = await created();
    await admitFirstKeys(service.db, keys);
    const session = await api.app.inject({ url: '/v1/session', headers: { authorization: `Bearer ${keys.theo}` } });
    expect(session.json()).toMatchObject({ id: 'theo', teams: ['t2-support'], scopes: ['tasks:write', 'read'] });
    expect(await created()).toBe(before + 7);
    await admitFirstKeys(service.db, keys);
    expect(await created()).toBe(before + 7);
  });

  it('changes made in a session: the person and the API key', async () => {
    await put('lena', { leadOf: 'ops', active: true });
    const { key, id } = await createKey(service.db, { name: 'lena admin', scopes: ['admin'], personId: 'lena' });
    const signIn = async (with_: string) => {
      const response = await api.app.inject({ method: 'POST', url: '/v1/session', payload: { key: with_ } });
      return String(response.headers['set-cookie']).split(';')[0]!;
    };
    const headers = { cookie: await signIn(key), 'x-dealerops-console': 'active', 'x-dealerops-owner': 'lena' };
    await signIn(api.keys.oscar);
    const url = '/v1/sessions?owner=oscar';
    const listed = (await api.app.inject({ url, headers })).json().sessions as { id: string }[];
    expect((await api.app.inject({ method: 'DELETE', url, headers })).statusCode).toBe(204);
    expect(listed).toHaveLength(1);
    expect(await trace(`session/${listed[0]!.id}`)).toEqual([['lena', id, 'session ended', 'owner: "oscar"']]);
    expect((await api.app.inject({ method: 'DELETE', url: '/v1/sessions', headers })).statusCode).toBe(204);
    expect(
      (await listEvents(service.db, { process: 'administration', by: 'lena', limit: 10 })).map(({ action }) => action),
    ).toEqual(['session ended']);
  });

  it('accounts: with the Effective Status that the gate reads', async () => {
    const account = { name: 'Example Motors', effectiveStatus: 'Active', parentSalesAccountId: null };
    const save = (body: object) => api.call('admin', 'PUT', '/v1/accounts/T-1', { body: { ...account, ...body } });
    for (const effectiveStatus of ['Active', 'Cancelled', 'Cancelled']) {
      expect((await save({ effectiveStatus })).status).toBe(200);
    }
    expect(await trace('account/T-1')).toEqual([
      ['key:admin', adminKeyId, 'account changed', 'effectiveStatus: "Active" → "Cancelled"'],
      ['key:admin', adminKeyId, 'account added', expect.stringContaining('effectiveStatus: "Active"')],
    ]);
    const lines = (async function* () {
      yield [{ number: 2, accountId: 'T-2', line: null, problem: 'is wrong', text: 'T-2' }];
    })();
    await importAccountLines(service.database, lines, async () => {});
    expect(await trace('accounts')).toEqual([
      [commandLine.by, null, 'accounts imported', '1 lines: 0 accounts added, 0 replaced, 1 lines rejected'],
    ]);
  });

  it('an account that is read and saved again keeps all that it had', async () => {
    const cdk = { kind: 'dms', vendor: 'cdk', dealerId: '3PA-1', fortellisOrgId: 'org-0001' };
    const account = { name: 'Example Motors', effectiveStatus: 'Active', parentSalesAccountId: null };
    const save = (body: object) => api.call<object>('admin', 'PUT', '/v1/accounts/T-3', { body });
    expect((await save({ ...account, integrations: [cdk] })).body).toMatchObject({ integrations: [cdk] });
    const { id: _, ...read } = (await api.get<{ id: string }>('reader', '/v1/accounts/T-3')).body;
    expect((await save(read)).status).toBe(200);
    expect((await api.get('reader', '/v1/accounts/T-3')).body).toMatchObject({ integrations: [cdk] });
  });

  it('a correction of the status leaves the integrations and the time zone that it does not mention', async () => {
    const elead = { kind: 'crm', vendor: 'elead', dealerId: '00123' };
    const account = { name: 'Example Motors', effectiveStatus: 'Active', parentSalesAccountId: null };
    const save = (body: object) => api.call<object>('admin', 'PUT', '/v1/accounts/T-4', { body });
    const kept = { timeZone: 'America/New_York', integrations: [elead] };
    await save({ ...account, ...kept });
    const corrected = { ...account, effectiveStatus: 'Cancelled' };
    expect(await save(corrected)).toMatchObject({ status: 200, body: { ...corrected, ...kept } });
    expect((await api.get('reader', '/v1/accounts/T-4')).body).toMatchObject({ ...corrected, ...kept });
    expect((await trace('account/T-4'))[0]).toEqual([
      ...['key:admin', adminKeyId, 'account changed'],
      'effectiveStatus: "Active" → "Cancelled"',
    ]);
    expect((await save({ ...corrected, integrations: [] })).body).toMatchObject({ ...kept, integrations: [] });

    const added = await api.call('admin', 'PUT', '/v1/accounts/T-5', { body: account });
    expect(added).toMatchObject({ status: 200, body: { timeZone: 'America/Chicago', integrations: [] } });
  });

  it('only administrators read the audit events, newest first, page by page', async () => {
    const subject = `person/pages-${randomUUID().slice(0, 8)}`;
    for (let n = 0; n < 5; n += 1) await put(subject.slice(7), { name: `Name ${n}` });
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const url: string = `/v1/events?limit=2&subject=${subject}${cursor && `&cursor=${cursor}`}`;
      const { body } = await api.get<{ events: Event[]; nextCursor: string | null }>('admin', url);
      seen.push(...body.events.map(({ detail }) => detail));
      cursor = body.nextCursor;
    }
    expect(seen).toHaveLength(5);
    expect(seen.at(0)).toBe('name: "Name 3" → "Name 4"');
    expect(seen.at(-1)).toContain('name: "Name 0"');
    expect((await api.get('reader', '/v1/events')).status).toBe(403);
  });

  it('a change that fails writes no audit event', async () => {
    const before = await listEvents(service.db, { process: 'administration', limit: 1000 });
    await expect(createKey(service.db, { name: 'x', scopes: ['read'], personId: 'nobody-there' })).rejects.toThrow();
    expect(await listEvents(service.db, { process: 'administration', limit: 1000 })).toHaveLength(before.length);
  });
});
