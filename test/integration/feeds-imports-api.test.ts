import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { feedImports } from '../../db/schema/feeds.ts';
import { events } from '../../db/schema/shared.ts';
import { localDate } from '../../domain/shared/dailyTimes.ts';
import { feedSettings, feedVariables } from '../../service/config/feeds.ts';
import { apiOf } from '../support/api.ts';
import { createImport, type ImportAnswer, importBody } from '../support/feedImports.ts';
import { serviceForFile } from '../support/serviceForFile.ts';

interface FeedColumns extends Record<string, unknown> {
  profiles: { dms: string; kind: string; fields: { field: string; columns: string[]; isRequired: boolean }[] }[];
  suggestionsTo: string | null;
}

const { service, api } = await serviceForFile();
const { sftp } = service.sandbox;
const secretWords = () => [sftp.password, sftp.privateKey.split('\n')[1]!];

beforeEach(() => service.db.delete(feedImports));

const body = (more: Record<string, unknown> = {}) => importBody(sftp, more);
const create = (more: Record<string, unknown> = {}, key?: string) => createImport(api, body(more), key);
const created = async (more: Record<string, unknown> = {}) => {
  const answer = await create(more);
  expect([answer.status, answer.body]).toEqual([201, expect.anything()]);
  return answer.body;
};
const read = async (id: string) => (await api.get<ImportAnswer>('reader', `/v1/feeds/imports/${id}`)).body;
const change = (id: string, to: Record<string, unknown>) =>
  api.call<ImportAnswer>('finn', 'PATCH', `/v1/feeds/imports/${id}`, { body: to });
const trailOf = async (id: string) => {
  const rows = await service.db.select().from(events).where(eq(events.subject, id)).orderBy(events.sequence);
  return rows.map(({ by, action, detail }) => [by, action, detail]);
};

describe('a feed import', () => {
  it('is created with the names and values that the feeds team knows, and the defaults of the spec', async () => {
    const { dms, kind, account, ...given } = body();
    const answer = await create();
    expect(answer).toMatchObject({ status: 201, body: { account, dms, kind, version: 1, sharesFilesWith: [] } });
    expect(answer.headers.location).toBe(`/v1/feeds/imports/${answer.body.id}`);
    expect(answer.body.address).toBe(answer.headers.location);
    expect(await read(answer.body.id)).toMatchObject({
      ...given,
      deleteFromServer: true,
      regex: true,
      sftp: true,
      moveTo: null,
      privateKey: null,
      localTime: '05:00',
      jitterMinutes: 30,
      maxRejectedShare: 0.1,
      silentAfterDays: 3,
      smallBelowShare: 0.25,
      state: 'active',
      timeZone: 'America/Chicago',
      dealerName: expect.any(String),
      createdBy: 'finn',
      lastRun: null,
    });
  });

  it('counts once for its Idempotency-Key, and another body with the same key is refused', async () => {
    const key = randomUUID();
    const [first, second] = [await create({}, key), await create({}, key)];
    expect(second.body).toEqual(first.body);
    expect([first.headers['idempotency-replayed'], second.headers['idempotency-replayed']]).toEqual([
      undefined,
      'true',
    ]);
    expect(await create({ port: 23 }, key)).toMatchObject({
      status: 422,
      body: { type: '/problems/idempotency-key-reused' },
    });
    expect(await service.db.$count(feedImports)).toBe(1);
  });

  it('is created once by two calls at the same time', async () => {
    const answers = await Promise.all([create(), create(), create()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const [made] = answers.filter(({ status }) => status === 201);
    for (const { body: refused } of answers.filter(({ status }) => status === 409))
      expect(refused.detail).toContain(made!.body.address);
  });

  it('exists once for a dealer, DMS and kind, until it has ended', async () => {
    const { id } = await created();
    expect(await create({ directory: 'elsewhere/IDS' })).toMatchObject({
      status: 409,
      body: { type: '/problems/conflict', detail: expect.stringContaining(`/v1/feeds/imports/${id}`) },
    });
    await service.db.update(feedImports).set({ state: 'ended' });
    await created();
  });

  it.each<[string, Record<string, unknown>, number, string, RegExp]>([
    [
      'a kind that the DMS does not offer',
      { dms: 'automate', kind: 'service' },
      400,
      '/kind',
      /Automate has Sales only/,
    ],
    ['CDK', { dms: 'cdk' }, 400, '/dms', /Pipelines/],
    ['another DMS', { dms: 'reynolds' }, 400, '/dms', /must be one of "ids", "automate", "motility"/],
    ['a server that is not allowed', { host: 'evil.example.com' }, 422, '/host', /FEED_SFTP_HOSTS/],
    ['a port that is not allowed', { port: 23 }, 422, '/port', /FEED_SFTP_HOSTS/],
    [
      'a secret that is not there',
      { password: 'no-such-secret' },
      422,
      '/password',
      /no-such-secret, which is not there/,
    ],
    ['a secret in place of its name', { password: 'Hunter2!' }, 400, '/password', /never the secret itself/],
    ['a path in place of a name', { username: '../keys/host' }, 400, '/username', /name of a secret/],
    ['FTP', { sftp: false }, 400, '/sftp', /by SFTP only/],
    ['FTP, as the feeds team writes it', { sftp: 0 }, 400, '/sftp', /by SFTP only/],
    ['another flag', { deleteFromServer: 2 }, 400, '/deleteFromServer', /true or false, or 1 or 0/],
    ['a bad pattern', { filename: '_SL(\\.csv' }, 400, '/filename', /RE2/],
    ['a pattern that takes every name', { filename: '.*' }, 400, '/filename', /every name/],
    ['a folder outside', { directory: 'a/../../etc' }, 400, '/directory', /\.\./],
    ['a line break in a folder', { directory: 'a/IDS\n' }, 400, '/directory', /line breaks/],
    ['the whole server', { directory: '/' }, 400, '/directory', /whole server/],
    ['no way to sign in', { password: null }, 400, '/password', /is missing/],
    ['two ways to sign in', { privateKey: 'sandbox-key' }, 400, '/privateKey', /cannot be combined/],
    ['no host key', { hostKeys: [] }, 400, '/hostKeys', /must name the server’s key/],
    ['a host key of another length', { hostKeys: ['SHA256:abc'] }, 400, '/hostKeys/0', /fingerprint/],
    ['bits too many in a host key', { hostKeys: [`SHA256:${'A'.repeat(42)}B`] }, 400, '/hostKeys/0', /fingerprint/],
    ['MD5', { hostKeys: ['MD5:43:51:43:a1:b5:fc:8b:b7:0a:3a:a9:b1:0f:66:73:a8'] }, 400, '/hostKeys/0', /fingerprint/],
    ['moving and deleting', { moveTo: 'lakeside/done/' }, 400, '/moveTo', /cannot be combined/],
    ['moving to the folder itself', { moveTo: '/Lakeside/IDS', deleteFromServer: 0 }, 400, '/moveTo', /taken again/],
    ['an unknown dealer', { account: 'D-9999' }, 422, '/account', /is not known: D-9999/],
    ['a time of day that is none', { localTime: '24:00' }, 400, '/localTime', /time of day/],
    ['a share that is none', { maxRejectedShare: 1.1 }, 400, '/maxRejectedShare', /1/],
    ['another field', { columns: ['VIN'] }, 400, '/columns', /is not a field here/],
  ])('is not created with %s', async (_what, more, status, path, message) => {
    const answer = await create(more);
    expect([answer.status, answer.body.detail]).toEqual([status, expect.any(String)]);
    expect(answer.body.errors).toEqual([{ path, message: expect.stringMatching(message) }]);
    expect(answer.text).not.toContain('Hunter2!');
    expect(await service.db.$count(feedImports)).toBe(0);
  });

  it('takes at most two host keys, each in one form', async () => {
    const keys = [sftp.hostKey, sftp.nextHostKey];
    expect((await create({ hostKeys: [...keys, `SHA256:${'A'.repeat(43)}`] })).body.errors[0]!.path).toBe('/hostKeys');
    const { id } = await created({ hostKeys: keys.map((pin) => `${pin}=`) });
    expect(await read(id)).toMatchObject({ hostKeys: keys });
    expect((await change(id, { version: 1, hostKeys: [keys[0], `${keys[0]}=`] })).body.errors).toEqual([
      { path: '/hostKeys', message: 'names a key twice' },
    ]);
  });

  it('is not created where feeds cannot connect to any server', async () => {
    const without = await apiOf(service, { feeds: {} });
    const headers = { 'idempotency-key': randomUUID() };
    expect(await without.post('finn', '/v1/feeds/imports', body(), headers)).toMatchObject({
      status: 409,
      body: { type: '/problems/not-configured', detail: expect.stringContaining('FEED_SFTP_HOSTS') },
    });
    await without.close();
  });

  it('says which imports have files of the same names, where the header tells them apart', async () => {
    const sales = await created();
    const service_ = await created({ kind: 'service', directory: '/lakeside/ids' });
    const met = (id: string) => expect.objectContaining({ id, account: 'D-1001', address: `/v1/feeds/imports/${id}` });
    expect(service_.sharesFilesWith).toEqual([met(sales.id)]);
    expect((await read(sales.id)).sharesFilesWith).toEqual([met(service_.id)]);
    const { body: list } = await api.get<{ imports: ImportAnswer[] }>('reader', '/v1/feeds/imports');
    expect(list.imports.map((one) => one.sharesFilesWith.length)).toEqual([1, 1]);
  });

  it('cannot take the files of another import of the same kind, whatever its dealer', async () => {
    const { id } = await created();
    const other = { account: 'D-1002' };
    for (const more of [{}, { directory: '/LAKESIDE/ids' }, { filename: 'x_SL.csv', regex: 0 }]) {
      expect(await create({ ...other, ...more })).toMatchObject({
        status: 409,
        body: { errors: [{ path: '/directory', message: `has the files of /v1/feeds/imports/${id}` }] },
      });
    }
    await created({ ...other, filename: 'x_SL.txt', regex: 0 });
    await created({ account: 'D-1003', directory: 'lakeside/IDS/sub' });
  });

  it('cannot move its files into the folder of another import, nor take what another one has moved', async () => {
    const { id } = await created({ deleteFromServer: 0, moveTo: 'lakeside/done' });
    const other = { account: 'D-1002', kind: 'service' };
    const meets = { status: 409, body: { errors: [{ path: '/moveTo', message: `meets /v1/feeds/imports/${id}` }] } };
    expect(await create({ ...other, directory: 'lakeside/done/' })).toMatchObject(meets);
    expect(await create({ ...other, directory: 'b', deleteFromServer: 0, moveTo: '/lakeside/ids/' })).toMatchObject(
      meets,
    );
  });
});

describe('a change of a feed import', () => {
  it('changes what is named, raises the version, and is in the audit trail without secrets', async () => {
    const { id } = await created();
    const answer = await change(id, { version: 1, localTime: '06:30', password: null, privateKey: 'sandbox-key' });
    expect(answer).toMatchObject({
      status: 200,
      body: { version: 2, localTime: '06:30', password: null, privateKey: 'sandbox-key', filename: '_SL\\.csv' },
    });
    const trail = await trailOf(id);
    expect(trail).toEqual([
      ['finn', 'Feed import created', expect.stringContaining('password: "sandbox-password"')],
      [
        'finn',
        'Feed import changed',
        'password: "sandbox-password" → null; privateKey: null → "sandbox-key"; localTime: "05:00" → "06:30"',
      ],
    ]);
    for (const secret of secretWords()) expect(JSON.stringify(trail)).not.toContain(secret);
  });

  it('is refused when somebody else has changed it since', async () => {
    const { id } = await created();
    const answers = await Promise.all([
      change(id, { version: 1, localTime: '06:30' }),
      change(id, { version: 1, localTime: '07:30' }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const refused = answers.find(({ status }) => status === 409)!;
    expect(refused.body.errors).toEqual([{ path: '/version', message: 'is 2 now' }]);
    expect((await change(id, { localTime: '06:30' })).body.errors).toEqual([
      { path: '/version', message: 'is missing: it must be the version of the import as you read it' },
    ]);
  });

  it('that changes nothing makes no version and no event', async () => {
    const { id } = await created();
    expect(await change(id, { version: 1, localTime: '05:00' })).toMatchObject({ status: 200, body: { version: 1 } });
    expect(await trailOf(id)).toHaveLength(1);
  });

  it('is checked with what stays as it is', async () => {
    const { id } = await created();
    expect((await change(id, { version: 1, moveTo: 'lakeside/done' })).body.errors).toEqual([
      { path: '/moveTo', message: expect.stringContaining('cannot be combined') },
    ]);
    expect((await change(id, { version: 1, filename: '(', regex: true })).body.errors[0]!.path).toBe('/filename');
    expect((await change(id, { version: 1, dms: 'motility' })).body.errors[0]!.path).toBe('/dms');
    expect(await change(id, { version: 1, moveTo: 'lakeside/done', deleteFromServer: 0 })).toMatchObject({
      status: 200,
    });
    const other = await created({ account: 'D-1002', directory: 'other/IDS' });
    expect(await change(other.id, { version: 1, directory: 'lakeside/IDS' })).toMatchObject({ status: 409 });
  });

  it('of no import is a 404', async () => {
    expect(await change(randomUUID(), { version: 1 })).toMatchObject({ status: 404 });
  });
});

describe('pause, resume and end', () => {
  const act = (id: string, action: string, given?: object) =>
    api.post<ImportAnswer & { allowedActions: { action: string; missing: string | null }[] }>(
      'finn',
      `/v1/feeds/imports/${id}/${action}`,
      given,
    );
  const today = () => localDate(new Date(), 'America/Chicago');

  it('a pause needs a reason, which everybody sees until it is resumed', async () => {
    const { id } = await created();
    expect((await act(id, 'pause', {})).body.errors[0]!.path).toBe('/reason');
    const { status, body: paused } = await act(id, 'pause', { reason: 'the dealer changes its DMS' });
    expect([status, paused]).toMatchObject([
      200,
      { state: 'paused', version: 2, paused: { by: 'finn', reason: 'the dealer changes its DMS' } },
    ]);
    const missing = Object.fromEntries(paused.allowedActions.map((one) => [one.action, one.missing]));
    expect(missing).toMatchObject({ run: expect.stringContaining('resume it first'), resume: null, dry_run: null });
    expect((await act(id, 'resume')).body).toMatchObject({ state: 'active', paused: null, version: 3 });
    expect(await act(id, 'resume')).toMatchObject({ status: 409, body: { detail: 'The import is not paused.' } });
    expect((await trailOf(id)).slice(1)).toEqual([
      ['finn', 'Feed import paused', 'the dealer changes its DMS'],
      ['finn', 'Feed import resumed', null],
    ]);
  });

  it('an end has a contract reference and a date, today in the dealer’s time zone or later', async () => {
    const { id } = await created();
    const contractReference = 'CR-2026-17';
    expect((await act(id, 'end', { effectiveOn: today() })).body.errors[0]!.path).toBe('/contractReference');
    for (const [effectiveOn, message] of [
      ['2026-01-01', /is before .*America\/Chicago/],
      ['2206-01-01', /check the year/],
    ] as const) {
      const { status, body: refused } = await act(id, 'end', { contractReference, effectiveOn });
      expect([status, refused.errors]).toEqual([
        422,
        [{ path: '/effectiveOn', message: expect.stringMatching(message) }],
      ]);
    }
    const next = `${Number(today().slice(0, 4)) + 1}-01-15`;
    expect(await act(id, 'end', { contractReference, effectiveOn: next })).toMatchObject({
      status: 200,
      body: { state: 'active', end: { effectiveOn: next, contractReference, requestedBy: 'finn' } },
    });
    const later = next.replace('-15', '-31');
    expect((await act(id, 'end', { contractReference, effectiveOn: later })).body).toMatchObject({
      end: { effectiveOn: later },
    });
    const withdraw = () => api.call<ImportAnswer>('finn', 'DELETE', `/v1/feeds/imports/${id}/end`);
    expect(await withdraw()).toMatchObject({ status: 200, body: { end: null } });
    expect(await withdraw()).toMatchObject({ status: 409, body: { detail: 'No end of the import was requested.' } });
  });

  it('nothing is done with an import that has ended', async () => {
    const { id } = await created();
    await service.db
      .update(feedImports)
      .set({ state: 'ended', endsOn: '2026-01-01', contractReference: 'C', endRequestedBy: 'finn' });
    const answers = [
      await act(id, 'pause', { reason: 'why' }),
      await act(id, 'resume'),
      await act(id, 'end', { contractReference: 'C', effectiveOn: today() }),
      await api.call<ImportAnswer>('finn', 'DELETE', `/v1/feeds/imports/${id}/end`),
      await change(id, { version: 1, localTime: '06:30' }),
    ];
    for (const { status, body: refused } of answers)
      expect([status, refused.detail]).toEqual([409, expect.stringContaining('has ended')]);
  });
});

describe('the list of feed imports', () => {
  it('is paged, the newest first, and narrowed by dealer, DMS, kind and state', async () => {
    const ids = [
      (await created()).id,
      (await created({ kind: 'service' })).id,
      (await created({ account: 'D-1002', dms: 'motility', directory: 'b/Motility' })).id,
    ];
    const list = async (query: string) => {
      const { body: page } = await api.get<{ imports: ImportAnswer[]; nextCursor: string | null }>(
        'reader',
        `/v1/feeds/imports?${query}`,
      );
      return { ids: page.imports.map(({ id }) => id), next: page.nextCursor };
    };
    expect((await list('')).ids).toEqual([...ids].reverse());
    const first = await list('limit=2');
    expect(first.ids).toEqual([ids[2], ids[1]]);
    expect(await list(`limit=2&cursor=${first.next}`)).toEqual({ ids: [ids[0]], next: null });
    expect((await list('account=D-1002')).ids).toEqual([ids[2]]);
    expect((await list('dms=ids&kind=service')).ids).toEqual([ids[1]]);
    expect((await list('state=paused')).ids).toEqual([]);
  });

  it('is on the overview, the dealer’s page, the list of dealers and in the search', async () => {
    const { id } = await created();
    const { feeds } = (await api.get<{ feeds: object }>('reader', '/v1/overview')).body;
    expect(feeds).toEqual({ imports: { trial: 0, active: 1, paused: 0, ended: 0 }, notWorking: 0, runsInProgress: 0 });
    const dealer = (await api.get<{ feeds: { imports: ImportAnswer[] } }>('reader', '/v1/dealers/D-1001')).body;
    expect(dealer.feeds.imports.map((one) => one.id)).toEqual([id]);
    const { dealers } = (await api.get<{ dealers: object[] }>('reader', '/v1/dealers?search=D-1001')).body;
    expect(dealers[0]).toMatchObject({ account: 'D-1001', feeds: { trial: 0, active: 1, paused: 0, ended: 0 } });
    const found = (await api.get<{ feeds: ImportAnswer[] }>('reader', '/v1/search?q=lakeside%2FIDS')).body;
    expect(found.feeds.map((one) => one.id)).toEqual([id]);
  });
});

it('which columns are read is told by DMS and kind, with where to send suggestions for more', async () => {
  const suggestionsTo = 'https://example.com/columns';
  const feeds = {
    ...service.outside.feeds,
    ...feedSettings(z.object(feedVariables).parse({ FEED_SUGGESTIONS_TO: suggestionsTo })),
  };
  const set = await apiOf(service, { feeds });
  const { body: answer } = await set.get<FeedColumns>('reader', '/v1/feeds/columns');
  await set.close();
  expect(answer.suggestionsTo).toBe(suggestionsTo);
  expect(answer.profiles.map(({ dms, kind }) => `${dms} ${kind}`)).toEqual([
    ...['ids sales', 'ids service', 'automate sales', 'motility sales', 'motility service'],
  ]);
  const fields = answer.profiles.find(({ dms, kind }) => dms === 'motility' && kind === 'sales')!.fields;
  expect(fields.find(({ field }) => field === 'term')).toEqual({
    ...{ field: 'term', columns: ['Term', 'TermMonths', 'FinanceTerm'], isRequired: false },
  });
  expect(fields.filter(({ isRequired }) => isRequired).map(({ field, columns }) => [field, columns])).toEqual([
    ['amountFinanced', ['Amount.Financed', 'AmtFinanced']],
    ['date', ['Contract Signing Date']],
  ]);
});
