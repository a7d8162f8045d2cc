import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createKey } from '../../db/queries/keys.ts';
import { freePort } from '../support/freePort.ts';
import { runProgram } from '../support/program.ts';
import { startService, type TestService } from '../support/service.ts';

/** The API's log, as the program writes it. */

let service: TestService;
let program: ReturnType<typeof runProgram>;
let port: number;
beforeAll(async () => {
  service = await startService({ withoutWorker: true });
  port = await freePort();
  program = runProgram('bin/api.ts', {
    DATABASE_URL: service.database.url,
    TEMPORAL_ADDRESS: service.address,
    TEMPORAL_NAMESPACE: service.namespace,
    DEALEROPS_CODEC_KEYS: 'env:CODEC_KEYS',
    CODEC_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    SMTP_URL: service.sandbox.smtp.url,
    MAIL_FROM: 'Dealerops <dealerops@example.com>',
    PORT: String(port),
  });
  await program.prints('The API listens');
});
afterAll(async () => {
  program?.process.kill('SIGTERM');
  expect(await program?.ended).toBe(0);
  await service?.close();
});

interface Line {
  level: number;
  msg: string;
  req?: { route?: string };
  res?: { statusCode: number };
  caller?: { id: string; keyId: string; sessionId?: string };
  address?: string;
}
const lines = (): Line[] =>
  program
    .printed()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
const requests = () => lines().filter(({ res }) => res);

it('the request log holds no key, cookie or query string', async () => {
  const key = `dok_${randomBytes(32).toString('base64url')}`;
  const { id } = await createKey(service.db, { name: 'not logged', scopes: ['admin'] }, { key });
  const at = `http://127.0.0.1:${port}`;
  const json = { 'content-type': 'application/json' };
  const signedIn = await fetch(`${at}/v1/session`, { method: 'POST', headers: json, body: JSON.stringify({ key }) });
  const cookie = signedIn.headers.get('set-cookie')!.split(';')[0]!;
  await fetch(`${at}/v1/tasks?account=D-1&key=${key}`, { headers: { authorization: `Bearer ${key}` } });
  await fetch(`${at}/v1/tasks?assignee=word-in-query`, { headers: { cookie } });
  await fetch(`${at}/v1/tasks`, { headers: { authorization: `Bearer ${key}-wrong` } });
  await fetch(`${at}/v1/session`, { method: 'POST', headers: json, body: `{"key":"${key}"` });
  await fetch(`${at}/v1/nothing/${key}`);
  await expect.poll(() => requests().length).toBe(6);
  const caller = { id: 'key:not logged', keyId: id };
  const sessionId = expect.any(String);
  expect(requests().map((line) => [line.caller, line.address])).toEqual(
    [caller, caller, { ...caller, sessionId }, undefined, undefined, undefined].map((who) => [who, '127.0.0.1']),
  );
  const printed = program.printed();
  expect(printed).toContain('"route":"/v1/tasks"');
  for (const secret of [key, cookie.split('=')[1]!, decodeURIComponent(cookie.split('=')[1]!), 'word-in-query']) {
    expect(printed).not.toContain(secret);
  }
});

it('an unfinished upload is logged as 408, not as a service error', async () => {
  const upload = (more: string) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(
      `POST /v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n${more}`,
    );
    return socket;
  };
  const before = requests().length;
  // The client goes away in the middle: nobody is left to be answered.
  const cut = upload('{"key":');
  setTimeout(() => cut.destroy(), 500);
  const slow = upload('{"key":');
  await expect.poll(() => requests().length, { timeout: 180_000 }).toBe(before + 1);
  slow.destroy();
  expect(requests().at(-1)).toMatchObject({ level: 30, res: { statusCode: 408 }, req: { route: '/v1/session' } });
  expect(lines().filter(({ level }) => level > 30)).toEqual([]);
});
