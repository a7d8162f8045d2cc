import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { apiKeys, people } from '../../db/schema/shared.ts';
import { buildTimeout, builtRelease } from '../support/release.ts';
import { serviceForFile } from '../support/serviceForFile.ts';

/** The commands of docs/production.md, as an administrator would copy them, without Docker around them. */
const section = readFileSync(new URL('../../docs/production.md', import.meta.url), 'utf8')
  .split(/^## /m)
  .find((part) => part.startsWith('First steps'))!;
const commands = [...section.matchAll(/```sh\n(.*?)```/gs)]
  .flatMap(([, block]) =>
    block!
      .replaceAll(/\\\n\s*/g, '')
      .trim()
      .split('\n'),
  )
  .map((line) => line.trim());
const inContainer = /^docker compose exec -T api /;

const { service, api } = await serviceForFile({ withoutWorker: true, withoutCst: true });
let release: string;
beforeAll(async () => {
  release = await builtRelease();
  // Nobody is there yet.
  await service.db.delete(apiKeys);
  await service.db.delete(people);
}, buildTimeout);

async function run(command: string): Promise<string> {
  const { PATH, HOME } = process.env;
  const options = { env: { PATH, HOME, DATABASE_URL: service.database.url }, cwd: release };
  return (await promisify(execFile)('bash', ['-c', command], options)).stdout;
}

/** Sends what a command with curl would send. */
async function send(command: string, key: string) {
  const [, method, url] = / -X (\w+) localhost:8080(\S+) /.exec(command)!;
  const [, body] = / -d '(.*)'$/.exec(command)!;
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  return api.app.inject({ method: method as 'PUT', url: url!, headers, payload: body });
}

test('the documented first steps in production work in their order', async () => {
  const local = commands
    .filter((command) => inContainer.test(command))
    .map((command) => command.replace(inContainer, ''));
  const [makeAdmin, ...others] = local.filter((command) => command.includes('bin/apiKeys.js'));
  const admin = (await run(makeAdmin!)).split('\n')[0]!;
  expect(admin).toMatch(/^dok_/);

  const calls = commands.filter((command) => command.startsWith('curl'));
  expect(calls).toHaveLength(2);
  for (const command of calls) expect((await send(command, admin)).statusCode).toBe(200);

  const printed: string[] = [];
  for (const command of others) printed.push(await run(command));
  const [olivia, lena, offboarding] = printed.map((text) => text.split('\n')[0]!);
  const may = async (key: string) => {
    const headers = { authorization: `Bearer ${key}` };
    return (await api.app.inject({ url: '/v1/session', headers })).json();
  };
  expect(await may(olivia!)).toEqual({
    id: 'olivia',
    personId: 'olivia',
    name: 'Olivia Ops',
    teams: ['ops'],
    leadOf: null,
    scopes: ['tasks:write', 'read'],
    sandbox: false,
    changes: expect.any(String),
  });
  expect(await may(lena!)).toMatchObject({ id: 'lena', leadOf: 'ops' });
  expect(await may(offboarding!)).toMatchObject({ id: 'key:offboarding', scopes: ['cancellations:write', 'read'] });
  expect(printed.at(-1)).toMatch(/ olivia .*until 2099-01-31/);
});

test('dealers are imported through a container without a mounted folder', async () => {
  const [load, rejected] = commands.filter((command) => command.includes('dealers.csv'));
  const [, columns] = /`(id,name,[\w,]+)`/.exec(section)!;
  const lines = [columns, 'D-1,Brightwater Honda,Cancelled,,,vinsolutions,555101,,', 'D-2,,,,,,,,'].join('\n');
  const place = `/tmp/first-steps-${process.pid}`;
  const here = (command: string) =>
    command
      .replace(inContainer, '')
      .replaceAll('/tmp/dealers.csv', `${place}.csv`)
      .replace(' < dealers.csv', ` <<< '${lines}'`)
      .replace(' > rejected.csv', '');
  const told = await run(`${here(load!)} || true`);
  expect(told).toContain('2 lines read: 1 accounts added, 0 replaced, 1 lines rejected');
  expect(await run(here(rejected!))).toMatch(
    /^\uFEFF"line","reason","text"\r\n"1","header of the lines below",.*\r\n"3","name is missing",/,
  );
  await run(`rm ${place}.csv*`);
});
