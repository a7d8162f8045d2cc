import { appendFileSync, existsSync, readdirSync, renameSync, symlinkSync, truncateSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openSftp, type SftpOptions, type SftpSession } from '../../activities/connectors/sftp.ts';
import { problemWithEntryName, type RemoteEntry } from '../../domain/shared/remoteFiles.ts';
import { sftpServers, type TestSftpServer } from '../support/sftpServers.ts';

describe.each(sftpServers)('the files of $server', ({ start }) => {
  let server: TestSftpServer;
  let folders = 0;
  /** Of the test that runs. */
  let folder: string;
  let sessions: SftpSession[] = [];
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.close());
  afterEach(async () => {
    await Promise.all(sessions.map((session) => session.close()));
    sessions = [];
  });

  async function opened(options?: SftpOptions): Promise<SftpSession> {
    folder = `dealer-${folders++}`;
    server.makeFolder(folder);
    const session = await openSftp(server.target, options);
    sessions.push(session);
    return session;
  }
  const path = (name: string) => join(server.folder, folder, name);
  const write = (name: string, content: string | Buffer) => server.write(`${folder}/${name}`, content);
  /** Writes a file and lists it. */
  async function listed(session: SftpSession, content: string | Buffer, name = 'a_SL.csv'): Promise<RemoteEntry> {
    write(name, content);
    const [entry] = (await session.list(folder)).filter((one) => one.name === name);
    return entry!;
  }
  function replaced(content: string): void {
    write('b.csv', content);
    utimesSync(path('b.csv'), 1, 1);
    renameSync(path('b.csv'), path('a_SL.csv'));
  }
  async function downloaded(session: SftpSession, options: Parameters<SftpSession['download']>[1] = {}) {
    const chunks: Buffer[] = [];
    for await (const chunk of session.download(`${folder}/a_SL.csv`, options)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  test('a folder is listed with what kind each entry is, with or without a slash at its end', async () => {
    const session = await opened();
    write('a_SL.csv', 'SoldDate\n');
    utimesSync(path('a_SL.csv'), 0, Date.parse('2030-01-10T03:00:00Z') / 1000);
    server.makeFolder(`${folder}/done`);
    symlinkSync(path('a_SL.csv'), path('linked_SL.csv'));
    const expected = [
      { name: 'a_SL.csv', kind: 'file', size: 9, modifiedAt: '2030-01-10T03:00:00.000Z' },
      expect.objectContaining({ name: 'done', kind: 'folder' }),
      expect.objectContaining({ name: 'linked_SL.csv', kind: 'link' }),
    ];
    for (const name of [folder, `${folder}/`, `./${folder}//`])
      expect((await session.list(name)).toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual(expected);
    expect((await session.list('')).map(({ name }) => name)).toContain(folder);
  });

  test('a file is read whole, from a byte on, and up to a byte', async () => {
    const session = await opened();
    const content = Buffer.from(Array.from({ length: 400_000 }, (_, line) => `row ${line}\n`).join(''));
    const entry = await listed(session, content);
    expect((await downloaded(session, { expected: entry })).equals(content)).toBe(true);
    for (const from of [1, 262_143, 262_144, content.length - 1, content.length])
      expect((await downloaded(session, { from, expected: entry })).equals(content.subarray(from)), `${from}`).toBe(
        true,
      );
    for (const bytes of [0, 65_536, content.length + 1]) {
      const head = await session.head(`${folder}/a_SL.csv`, bytes, entry);
      expect(head.equals(content.subarray(0, bytes)), `${bytes}`).toBe(true);
    }
  });

  test('an empty file has no bytes', async () => {
    const session = await opened();
    expect(await downloaded(session, { expected: await listed(session, '') })).toEqual(Buffer.alloc(0));
  });

  test('names that nobody can ask for are listed and recognized', async () => {
    const session = await opened();
    write('new\nline_SL.csv', 'x');
    write('..._SL.csv', 'x');
    server.write(Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9]), Buffer.from('_SL.csv')]), 'x');
    write('café_SL.csv', 'x');
    const entries = await session.list(folder);
    const problems = Object.fromEntries(entries.map(({ name }) => [name, problemWithEntryName(name)]));
    expect(problems).toEqual({
      'new\nline_SL.csv': 'Its name has a line break or another control character',
      '..._SL.csv': undefined,
      'caf\uFFFD_SL.csv': 'Its name is not in UTF-8, so that the file cannot be asked for',
      'café_SL.csv': undefined,
    });
    const readable = entries.find(({ name }) => name === 'café_SL.csv')!;
    expect(await session.head(`${folder}/café_SL.csv`, 10, readable)).toEqual(Buffer.from('x'));
  });

  test('no folder above is listed', async () => {
    const session = await opened();
    for (const bad of ['..', `${folder}/../..`, 'a\nb']) await expect(session.list(bad)).rejects.toThrow(RangeError);
  });

  test('a missing folder or file has a name as a failure', async () => {
    const session = await opened();
    await expect(session.list('nowhere/IDS/')).rejects.toMatchObject({
      type: 'SftpNoSuchFolder',
      nonRetryable: true,
      message: expect.stringMatching(/has no folder nowhere\/IDS\/: check the import’s directory/),
    });
    const expected = { size: 1, modifiedAt: new Date(0).toISOString() };
    for (const asked of [
      session.head('nowhere.csv', 1, expected),
      session.remove('nowhere.csv'),
      session.stat('nowhere.csv'),
    ])
      await expect(asked).rejects.toMatchObject({ type: 'SftpNoSuchFile', nonRetryable: true });
  });

  test('a folder with too many entries is not listed', async () => {
    const session = await opened({ maxEntries: 150 });
    for (let index = 0; index < 150; index++) write(`${index}.csv`, '');
    expect(await session.list(folder)).toHaveLength(150);
    write('one too many.csv', '');
    await expect(session.list(folder)).rejects.toMatchObject({ type: 'SftpTooManyEntries', nonRetryable: true });
  });

  test.each([
    ['replaced by another of the same size', () => replaced('x'.repeat(900))],
    ['truncated', () => truncateSync(path('a_SL.csv'), 100)],
    ['appended to', () => appendFileSync(path('a_SL.csv'), 'more')],
  ])('a file that is %s after it was listed is not taken', async (_, change) => {
    const session = await opened();
    const entry = await listed(session, 'x'.repeat(900));
    change();
    await expect(downloaded(session, { expected: entry })).rejects.toMatchObject({ type: 'SftpFileChanged' });
  });

  test('a file that is renamed after it was listed is missing', async () => {
    const session = await opened();
    const entry = await listed(session, 'x');
    renameSync(path('a_SL.csv'), path('b_SL.csv'));
    await expect(downloaded(session, { expected: entry })).rejects.toMatchObject({ type: 'SftpNoSuchFile' });
  });

  test.each([
    ['grows', () => appendFileSync(path('a_SL.csv'), 'more')],
    ['is truncated', () => truncateSync(path('a_SL.csv'), 1_000)],
    ['is replaced', () => replaced('y')],
  ])('a file that %s while it is read is not taken', async (_, change) => {
    const session = await opened();
    const entry = await listed(session, Buffer.alloc(20_000_000, 'x'));
    const reading = session.download(`${folder}/a_SL.csv`, { expected: entry })[Symbol.asyncIterator]();
    await reading.next();
    change();
    await expect(
      (async () => {
        while (!(await reading.next()).done);
      })(),
    ).rejects.toMatchObject({ type: 'SftpFileChanged' });
    // The session works on.
    expect(await session.list(folder)).toHaveLength(1);
  });

  test('a file is deleted only while it is the one that was listed', async () => {
    const session = await opened();
    const entry = await listed(session, 'x');
    appendFileSync(path('a_SL.csv'), 'another day’s rows');
    await expect(session.remove(`${folder}/a_SL.csv`, entry)).rejects.toMatchObject({ type: 'SftpFileChanged' });
    await session.remove(`${folder}/a_SL.csv`, await session.stat(`${folder}/a_SL.csv`));
    expect(existsSync(path('a_SL.csv'))).toBe(false);
  });

  test('a file is moved under another name where its own is taken, and none is overwritten', async () => {
    const session = await opened();
    server.makeFolder(`${folder}/done`);
    const moved: string[] = [];
    for (const content of ['1', '22', '333']) {
      const entry = await listed(session, content);
      utimesSync(path('a_SL.csv'), 0, Date.parse('2030-01-10T03:00:00Z') / 1000);
      await expect(session.move(`${folder}/a_SL.csv`, `${folder}/done`, { ...entry, size: 9 })).rejects.toMatchObject({
        type: 'SftpFileChanged',
      });
      moved.push(await session.move(`${folder}/a_SL.csv`, `${folder}/done/`));
    }
    expect(moved).toEqual(
      ['a_SL.csv', 'a_SL-20300110T030000Z.csv', 'a_SL-20300110T030000Z-2.csv'].map((name) => `${folder}/done/${name}`),
    );
    expect(readdirSync(path('done'))).toHaveLength(3);
  });

  test('a file is not moved into a folder that there is not', async () => {
    const session = await opened();
    await listed(session, 'x');
    await expect(session.move(`${folder}/a_SL.csv`, 'nowhere')).rejects.toMatchObject({ type: 'SftpNoSuchFolder' });
    expect(existsSync(path('a_SL.csv'))).toBe(true);
  });
});
