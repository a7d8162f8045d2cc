import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { openSftp } from '../../activities/connectors/sftp.ts';
import { startSandbox } from '../../sandbox/index.ts';

const sandbox = await startSandbox({});
const { sftp } = sandbox;
afterAll(() => sandbox.close());
beforeEach(() => {
  sandbox.reset();
  mkdirSync(join(sftp.folder, 'juniper/done'), { recursive: true });
});

const target = {
  host: sftp.host,
  port: sftp.port,
  username: sftp.username,
  password: sftp.password,
  hostKeys: [sftp.hostKey],
};

test('a session lists a folder, reads a file, moves and deletes it', async () => {
  const content = Buffer.from('SoldDate\n'.repeat(100_000));
  writeFileSync(join(sftp.folder, 'juniper/a_SL.csv'), content);
  const session = await openSftp(target);
  const listed = await session.list('juniper/');
  expect(listed).toMatchObject([
    { name: 'a_SL.csv', kind: 'file', size: content.length },
    { name: 'done', kind: 'folder' },
  ]);
  const chunks: Buffer[] = [];
  for await (const chunk of session.download('juniper/a_SL.csv', { expected: listed[0] })) chunks.push(chunk);
  expect(Buffer.concat(chunks).equals(content)).toBe(true);
  expect(await session.head('juniper/a_SL.csv', 8)).toEqual(Buffer.from('SoldDate'));
  expect(await session.move('juniper/a_SL.csv', 'juniper/done/', listed[0])).toBe('juniper/done/a_SL.csv');
  await session.remove('juniper/done/a_SL.csv', listed[0]);
  expect(readdirSync(join(sftp.folder, 'juniper/done'))).toEqual([]);
  await session.close();
});

test('no credential is sent to a server whose host key is not pinned', async () => {
  await expect(openSftp({ ...target, hostKeys: [sftp.nextHostKey] })).rejects.toMatchObject({
    type: 'SftpHostKeyChanged',
    nonRetryable: true,
  });
  expect(sftp.seen.credentials).toBe(0);
});

test('a wrong password is tried once', async () => {
  await expect(openSftp({ ...target, password: 'wrong' })).rejects.toMatchObject({
    type: 'SftpUnauthorized',
    nonRetryable: true,
  });
  expect(sftp.seen).toEqual({ connections: 1, credentials: 1 });
});
