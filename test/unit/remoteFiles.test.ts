import { expect, test } from 'vitest';
import { problemWithEntryName, problemWithFolder, remotePath } from '../../domain/shared/remoteFiles.ts';

test.each([
  ['dealer/IDS/', 'dealer/IDS/a_SL.csv'],
  ['dealer/IDS', 'dealer/IDS/a_SL.csv'],
  ['/dealer//', '/dealer/a_SL.csv'],
  ['', 'a_SL.csv'],
  ['/', '/a_SL.csv'],
])('a file in the folder "%s" is at %s', (folder, path) => {
  expect(remotePath(folder, 'a_SL.csv')).toBe(path);
});

test.each(['..', '../other', 'dealer/../..', 'dealer\n', 'a\0b', 'a'.repeat(1_001)])('%j is no folder', (folder) => {
  expect(problemWithFolder(folder)).toBeTypeOf('string');
  expect(() => remotePath(folder, 'a_SL.csv')).toThrow(RangeError);
});

test.each(['', '.', '..', 'a/b', '../a', '/etc/passwd', 'a\nb', 'a\0.csv', 'caf\uFFFD', 'é'.repeat(128)])(
  'a file named %j cannot be taken',
  (name) => {
    expect(problemWithEntryName(name)).toBeTypeOf('string');
    expect(() => remotePath('dealer', name)).toThrow(RangeError);
  },
);

test.each(['..a', 'a..b', '-rf', 'a b', 'café_SL.csv', '*', 'é'.repeat(127)])(
  'a file named %j can be taken',
  (name) => {
    expect(problemWithEntryName(name)).toBeUndefined();
  },
);
