import { randomUUID } from 'node:crypto';
import type { SftpStandIn } from '../../sandbox/sftp/sftp.ts';
import type { Answer, TestApi } from './api.ts';

/** The body of `POST /v1/feeds/imports` for the sandbox's SFTP server. */
export function importBody(
  { host, port, hostKey }: Pick<SftpStandIn, 'host' | 'port' | 'hostKey'>,
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    account: 'D-1001',
    dms: 'ids',
    kind: 'sales',
    deleteFromServer: 1,
    directory: 'lakeside/IDS/',
    filename: '_SL\\.csv',
    regex: 1,
    sftp: 1,
    host,
    port,
    username: 'sandbox-username',
    password: 'sandbox-password',
    hostKeys: [hostKey],
    ...more,
  };
}

export interface ImportAnswer extends Record<string, unknown> {
  id: string;
  version: number;
  address: string;
  type: string;
  detail: string;
  errors: { path: string; message: string }[];
  sharesFilesWith: { id: string; account: string }[];
}

export async function createImport(
  api: TestApi,
  body: Record<string, unknown>,
  key: string = randomUUID(),
): Promise<Answer<ImportAnswer>> {
  return api.post<ImportAnswer>('finn', '/v1/feeds/imports', body, { 'idempotency-key': key });
}
