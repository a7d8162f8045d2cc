import { randomUUID } from 'node:crypto';
import type { TestApi } from './api.ts';

/** Requests whose address, key and cookie a test chooses itself. */

type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

let addresses = 0;

interface Sending {
  headers?: Record<string, string>;
  body?: object;
  /** The client's address. */
  from?: string;
  app?: TestApi['app'];
}

/** @returns sends an operation such as `GET /v1/tasks/{id}`, each from an address of its own: wrong keys are counted per address */
export function senderOf(api: TestApi) {
  return async (
    operation: string,
    { headers = {}, body, from = `192.0.2.${addresses++ % 250}`, app = api.app }: Sending = {},
  ) => {
    const [method, path] = operation.split(' ') as [Method, string];
    const url = path.replace('{id}', randomUUID()).replace('{commentId}', randomUUID()).replace('{type}', 'not-found');
    const response = await app.inject({ method, url, headers, remoteAddress: from, ...(body && { payload: body }) });
    const json = response.headers['content-type']?.toString().includes('json') && response.body !== '';
    return { status: response.statusCode, body: json ? response.json() : {}, headers: response.headers, response };
  };
}

export const withKey = (key: string) => ({ authorization: `Bearer ${key}` });
export const refused = (answer: Awaited<ReturnType<ReturnType<typeof senderOf>>>) => ({
  status: answer.status,
  type: answer.body.type,
  media: String(answer.headers['content-type']).split(';')[0],
});
export const unauthenticated = { status: 401, type: '/problems/unauthenticated', media: 'application/problem+json' };
