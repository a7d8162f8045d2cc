import { setTimeout as sleep } from 'node:timers/promises';
import { StartError } from '../service/startError.ts';

/** The running `npm start`, and the keys of those who act in the demo. */
export interface DemoService {
  url: string;
  /** As people open it. */
  consoleUrl: string;
  keys: { demo: string; olivia: string; lena: string; fiona: string };
  cst: { url: string; token: string };
  /** The stand-in of ProResponse's server; `folder` has its files. */
  sftp: { host: string; port: number; hostKey: string; folder: string };
}

export type ApiRequest = [
  who: keyof DemoService['keys'],
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
];

/** @throws StartError when the API refuses it */
export async function callApi<T>(service: DemoService, ...request: ApiRequest): Promise<T> {
  const { status, answer } = await sendToApi(service, ...request);
  if (status >= 400) throw refused(request[1], request[2], status, answer);
  return answer as T;
}

export async function sendToApi(
  service: DemoService,
  ...[who, method, path, body, headers = {}]: ApiRequest
): Promise<{ status: number; answer: unknown }> {
  const response = await fetch(`${service.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${service.keys[who]}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  return { status: response.status, answer: await response.json() };
}

export function refused(method: string, path: string, status: number, answer: unknown): StartError {
  return new StartError(`${method} ${path} was answered ${status}: ${(answer as { detail?: string }).detail}`);
}

/** Whether nobody but the demo has requested a process. */
export function isOfDemo({ requests }: { requests: { requestedBy: string }[] }): boolean {
  return requests.every(({ requestedBy }) => requestedBy === 'key:demo');
}

/** What people or faults do in the external systems. @throws StartError when the sandbox rejects it */
export async function inSandbox<T>({ cst }: DemoService, method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${cst.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${cst.token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok) throw new StartError(`The sandbox answered ${method} ${path} with ${response.status}`);
  return (await response.json()) as T;
}

export interface Mail {
  to: string;
  subject: string;
  text: string;
  receivedAt: string;
}

/** What has arrived at the mail server since then. */
export async function mailTo(service: DemoService, address: string, since: string): Promise<Mail> {
  return until(`the mail to ${address}`, async () => {
    const mails = await inSandbox<Mail[]>(service, 'GET', '/sandbox/mail');
    return mails.find(({ to, receivedAt }) => to === address && receivedAt >= since);
  });
}

/** Looks again and again, for at most a minute. */
export async function until<T>(what: string, look: () => Promise<T | false | undefined>): Promise<T> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(200)) {
    const found = await look();
    if (found) return found;
  }
  throw new StartError(`Waited 60 seconds for ${what}: it did not come`);
}
