import { randomUUID } from 'node:crypto';
import { feedRejectedRows, feedRuns } from '../../db/schema/feeds.ts';
import { noRows } from '../../domain/feeds/feeds.ts';
import { rejectedRecordBytes } from '../../domain/feeds/rejectedRecords.ts';
import { localDate } from '../../domain/shared/dailyTimes.ts';
import { importActivities, kim } from './activities.ts';
import type { TestApi } from './api.ts';
import { eventually } from './eventually.ts';
import { importBody } from './feedImports.ts';
import { contact } from './onboardings.ts';
import type { TestService } from './service.ts';

/** Sends an operation; question and answer must be as described. */
export type Ask = <T = Record<string, string>>(
  who: keyof TestApi['keys'],
  operation: string,
  url: string,
  body?: object,
  expected?: number,
) => Promise<T>;

/** Asks the feeds' operations for real answers. */
export async function askFeeds(ask: Ask, service: TestService): Promise<void> {
  const { sandbox } = service;
  const body = importBody(sandbox.sftp);
  const [create, one] = ['POST /v1/feeds/imports', '/v1/feeds/imports/{id}'];
  const { id } = await ask('finn', create, '/v1/feeds/imports', body, 201);
  await ask('finn', create, '/v1/feeds/imports', { ...body, kind: 'service', moveTo: null }, 201);
  await ask('finn', create, '/v1/feeds/imports', body, 409);
  await ask('finn', create, '/v1/feeds/imports', { ...body, host: 'elsewhere.example.com' }, 422);
  await ask('reader', create, '/v1/feeds/imports', body, 403);
  const at = `/v1/feeds/imports/${id}`;
  await ask('reader', 'GET /v1/feeds/imports', '/v1/feeds/imports?limit=1');
  await ask('reader', 'GET /v1/feeds/imports', '/v1/feeds/imports?dms=cdk', undefined, 400);
  await ask('reader', `GET ${one}`, at);
  await ask('finn', `PATCH ${one}`, at, { version: 1, localTime: '04:15', hostKeys: [sandbox.sftp.hostKey] });
  await ask('finn', `PATCH ${one}`, at, { version: 1, localTime: '04:30' }, 409);
  await ask('finn', `POST ${one}/pause`, `${at}/pause`, { reason: 'the dealer moves' });
  await ask('finn', `POST ${one}/resume`, `${at}/resume`);
  await ask('finn', `POST ${one}/resume`, `${at}/resume`, undefined, 409);
  await service.db.insert(feedRuns).values(runRow(id!));
  await ask('finn', `POST ${one}/test`, `${at}/test`);
  await ask('finn', `POST ${one}/run`, `${at}/run`, undefined, 202);
  await ask('finn', `POST ${one}/dry-run`, `${at}/dry-run`, undefined, 202);
  await ask('finn', `POST ${one}/backfill`, `${at}/backfill`, { directory: 'lakeside/2025' }, 202);
  const { runs } = await ask<{ runs: { id: string }[] }>('reader', `GET ${one}/runs`, `${at}/runs`);
  const run = runs.at(-1)!.id;
  await ask('reader', 'GET /v1/feeds/runs/{id}', `/v1/feeds/runs/${run}`);
  await ask('reader', 'GET /v1/feeds/runs/{id}', `/v1/feeds/runs/${id}`, undefined, 404);
  await askRejectedRows(ask, service, id!);
  await ask('reader', 'GET /v1/feeds/health', '/v1/feeds/health?account=D-1001&limit=1');
  await ask('reader', 'GET /v1/feeds/columns', '/v1/feeds/columns');
  const end = { contractReference: 'CR-17', effectiveOn: `${new Date().getUTCFullYear() + 1}-01-31` };
  await ask('finn', `POST ${one}/end`, `${at}/end`, end);
  await ask('finn', `POST ${one}/end`, `${at}/end`, { ...end, effectiveOn: '2020-01-31' }, 422);
  await ask('finn', `DELETE ${one}/end`, `${at}/end`);
  await askActivities(ask, service);
  await askOnboardings(ask, service);
}

async function askActivities(ask: Ask, service: TestService): Promise<void> {
  const sale = { key: '1', customer: kim, amountFinanced: '900.00', term: 12 };
  await importActivities(service, [sale, { key: '2', customer: kim }]);
  await importActivities(service, [{ key: '3', customer: { email: kim.email } }], { type: 'work_order' });
  const [all, one] = ['/v1/activities', '/v1/activities/{id}'];
  const { activities } = await ask<{ activities: { id: string; contact: { id: string } }[] }>(
    'finn',
    `GET ${all}`,
    `${all}?account=D-1001`,
  );
  await ask('finn', `GET ${all}`, `${all}?account=D-1001&cash=maybe`, undefined, 400);
  for (const { id } of activities) {
    await ask('finn', `GET ${one}`, `${all}/${id}`);
    await ask('finn', `GET ${one}/match`, `${all}/${id}/match`);
  }
  await ask('finn', `GET ${one}`, `${all}/999999999`, undefined, 404);
  await ask('finn', `GET ${all}.csv`, `${all}.csv?account=D-1001`);
  const contact = activities[0]!.contact.id;
  await ask('finn', 'GET /v1/contacts/{id}', `/v1/contacts/${contact}`);
  await ask('finn', 'GET /v1/contacts/{id}/timeline', `/v1/contacts/${contact}/timeline?limit=1`);
  await askSegments(ask);
  const other = activities.find((one) => one.contact.id === contact)!.id;
  const split = { activities: [other], contact: { firstName: 'Al', lastName: 'Example' }, reason: 'two people' };
  const change = (what: string) => [`POST /v1/contacts/{id}/${what}`, `/v1/contacts/${contact}/${what}`] as const;
  const { contact: made } = await ask<{ contact: string }>('finn', ...change('split'), split, 201);
  await ask('finn', ...change('split'), split, 422);
  await ask('finn', ...change('merge'), { into: made, reason: 'one person' });
  await ask('finn', ...change('split'), split, 409);
  const exclusions = '/v1/lead-exports/{account}/exclusions';
  await ask('reader', `GET ${exclusions}`, exclusions.replace('{account}', 'D-1001'));
}

async function askRejectedRows(ask: Ask, { db, outside }: TestService, importId: string): Promise<void> {
  const id = randomUUID();
  const record = { header: ['SoldDate', 'Amount.Financed', 'VIN'], delimiter: ',', record: 'soon,,' } as const;
  await db.insert(feedRejectedRows).values({
    ...{ id, importId, fileId: randomUUID(), line: 2, recordHash: Buffer.alloc(16), column: 'SoldDate' },
    ...{ code: 'bad_date', reason: 'SoldDate is not a date.' },
    raw: outside.cipher.encrypt(rejectedRecordBytes({ ...record, header: [...record.header] })),
  });
  const [at, of] = [`/v1/feeds/rejected-rows/${id}`, '/v1/feeds/imports/{id}/rejected-rows'];
  const url = `/v1/feeds/imports/${importId}/rejected-rows`;
  await ask('finn', `GET ${of}`, url);
  await ask('reader', `GET ${of}`, `${url}?state=corrected&limit=1`);
  await ask('reader', 'GET /v1/feeds/rejected-rows/{id}', at);
  const correction = 'PUT /v1/feeds/rejected-rows/{id}/correction';
  await ask('finn', correction, `${at}/correction`, { version: 1, cells: { SoldDate: 'later' } }, 422);
  const cells = { SoldDate: '1/31/2026', VIN: '1HGBH41JXMN109186' };
  await ask('finn', correction, `${at}/correction`, { version: 1, cells });
  await ask('finn', correction, `${at}/correction`, { version: 1, cells }, 409);
  await ask('finn', `POST ${of}/import`, `${url}/import`, { ids: [id] }, 202);
}

async function askOnboardings(ask: Ask, { sandbox }: TestService): Promise<void> {
  const [create, one] = ['POST /v1/feeds/onboardings', '/v1/feeds/onboardings/{id}'];
  const body = { account: 'D-2006', dms: 'ids', kinds: ['sales'] };
  const { id } = await ask('finn', create, '/v1/feeds/onboardings', body, 202);
  await ask('finn', create, '/v1/feeds/onboardings', { ...body, account: 'D-2004' }, 422);
  await ask('finn', create, '/v1/feeds/onboardings', { ...body, dms: 'cdk' }, 422);
  const at = `/v1/feeds/onboardings/${id}`;
  await ask('reader', 'GET /v1/feeds/onboardings', '/v1/feeds/onboardings?open=true&limit=1');
  await ask('reader', `GET ${one}`, at);
  await ask('finn', `GET ${one}`, `/v1/feeds/onboardings/${randomUUID()}`, undefined, 404);
  const on = localDate(new Date(), 'America/Los_Angeles');
  await ask('finn', `POST ${one}/permission`, `${at}/permission`, { outcome: 'granted', saidBy: 'Kim', on }, 409);
  await ask('finn', `POST ${one}/first-file`, `${at}/first-file`, {}, 409);
  const known = { account: 'D-2001', dms: 'ids', kinds: ['sales'], contact };
  const asked = await ask('finn', create, '/v1/feeds/onboardings', known, 202);
  const address = `/v1/feeds/onboardings/${asked.id}`;
  const permission = { outcome: 'granted', saidBy: 'Kim', on: localDate(new Date(), 'America/Denver') };
  const read = () => ask<{ steps: { step: string; state: string }[] }>('finn', `GET ${one}`, address);
  await eventually(async () =>
    (await read()).steps.some(({ step, state }) => step === 'permission' && state === 'waiting'),
  );
  await ask('finn', `POST ${one}/permission`, `${address}/permission`, permission);
  const { host, port, hostKey } = sandbox.sftp;
  const secrets = { username: 'sandbox-username', password: 'sandbox-password' };
  const location = { directory: 'bigsky/IDS/', host, port, hostKeys: [hostKey], ...secrets };
  await ask('finn', `POST ${one}/first-file`, `${address}/first-file`, { location });
  await ask('finn', `POST ${one}/withdraw`, `${at}/withdraw`, { reason: 'the dealer stays with paper' });
}

function runRow(importId: string): typeof feedRuns.$inferInsert {
  const workflowId = `feeds/import/${importId}/earlier`;
  const startedAt = new Date('2026-03-01T10:00:00Z');
  return { id: randomUUID(), importId, importVersion: 1, workflowId, trigger: 'schedule', startedAt, counts: noRows };
}

async function askSegments(ask: Ask): Promise<void> {
  const [all, one] = ['/v1/segments', '/v1/segments/{id}'];
  const body = { account: 'D-1001', name: 'Long terms', filter: { cash: false, termMin: 12, amountMin: '1.00' } };
  const { id } = await ask('finn', `POST ${all}`, all, body, 201);
  await ask('finn', `POST ${all}`, all, body, 409);
  await ask('finn', `POST ${all}`, all, { ...body, account: 'D-9999' }, 422);
  await ask('finn', `GET ${all}`, `${all}?account=D-1001`);
  await ask('finn', `GET ${one}`, `${all}/${id}`);
  await ask('finn', `PATCH ${one}`, `${all}/${id}`, { version: 1, filter: { type: 'work_order' } });
  await ask('finn', `PATCH ${one}`, `${all}/${id}`, { version: 1, name: 'Other' }, 409);
  await ask('finn', `DELETE ${one}`, `${all}/${id}?version=2`, undefined, 204);
}
