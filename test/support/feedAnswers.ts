import { randomUUID } from 'node:crypto';
import { feedRejectedRows, feedRuns } from '../../db/schema/feeds.ts';
import { noRows } from '../../domain/feeds/feeds.ts';
import { rejectedRecordBytes } from '../../domain/feeds/rejectedRecords.ts';
import type { TestApi } from './api.ts';
import { importBody } from './feedImports.ts';
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
  const end = { contractReference: 'CR-17', effectiveOn: `${new Date().getUTCFullYear() + 1}-01-31` };
  await ask('finn', `POST ${one}/end`, `${at}/end`, end);
  await ask('finn', `POST ${one}/end`, `${at}/end`, { ...end, effectiveOn: '2020-01-31' }, 422);
  await ask('finn', `DELETE ${one}/end`, `${at}/end`);
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

function runRow(importId: string): typeof feedRuns.$inferInsert {
  const workflowId = `feeds/import/${importId}/earlier`;
  const startedAt = new Date('2026-03-01T10:00:00Z');
  return { id: randomUUID(), importId, workflowId, trigger: 'schedule', startedAt, counts: noRows };
}
