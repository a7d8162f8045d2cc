import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readSecret } from '../../activities/feeds/secrets.ts';

const home = mkdtempSync(join(tmpdir(), 'dealerops-secrets-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const folder = join(home, 'secrets');
mkdirSync(folder);
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

test('a secret is trimmed, and read at each use', async () => {
  write('password', '  first\n');
  expect(await readSecret(folder, 'password')).toBe('first');
  write('password', 'second');
  expect(await readSecret(folder, 'password')).toBe('second');
  write('longest', 'x'.repeat(64 * 1024));
  expect(await readSecret(folder, 'longest')).toHaveLength(64 * 1024);
});

test('links within the folder are followed, as Kubernetes makes them', async () => {
  mkdirSync(join(folder, '..2030_01'));
  write('..2030_01/mounted', 'a secret');
  symlinkSync('..2030_01', join(folder, '..data'));
  symlinkSync('..data/mounted', join(folder, 'mounted'));
  symlinkSync(folder, join(home, 'linked-folder'));
  expect(await readSecret(folder, 'mounted')).toBe('a secret');
  expect(await readSecret(join(home, 'linked-folder'), 'mounted')).toBe('a secret');
});

test('nothing outside of the folder is read', async () => {
  writeFileSync(join(home, 'outside'), 'the outside secret');
  mkdirSync(join(home, 'secrets-of-others'));
  writeFileSync(join(home, 'secrets-of-others/one'), 'the outside secret');
  symlinkSync('../outside', join(folder, 'linked-out'));
  symlinkSync('../secrets-of-others/one', join(folder, 'linked-to-others'));
  for (const name of ['../outside', '..', '.', '', '/etc/passwd', 'a/b', 'A', 'a\0b', '-a', 'a'.repeat(65)])
    await expect(readSecret(folder, name)).rejects.toMatchObject({
      type: 'FeedSecretUnusable',
      nonRetryable: true,
      message: expect.stringContaining('that is not the name of a secret'),
    });
  for (const name of ['linked-out', 'linked-to-others'])
    await expect(readSecret(folder, name)).rejects.toMatchObject({
      type: 'FeedSecretUnusable',
      message: `The secret "${name}" cannot be used: its file is a link to a place outside of the folder. Put it into the folder FEED_SECRETS_DIR as a file of that name`,
    });
});

test('what is no usable file is named, never its content', async () => {
  write('empty', ' \n');
  write('large', 'x'.repeat(64 * 1024 + 1));
  mkdirSync(join(folder, 'folder'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  const wrong = {
    empty: 'its file is empty',
    large: 'its file is larger than 65536 bytes',
    folder: 'it is not a file',
    pipe: 'it is not a file',
    missing: 'there is no such file',
  };
  for (const [name, why] of Object.entries(wrong))
    await expect(readSecret(folder, name)).rejects.toMatchObject({
      type: 'FeedSecretUnusable',
      message: expect.stringMatching(`^The secret "${name}" cannot be used: ${why}. Put it`),
    });
  await expect(readSecret(join(home, 'nowhere'), 'password')).rejects.toMatchObject({ type: 'FeedSecretUnusable' });
});
