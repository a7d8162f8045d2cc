import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { prepareBuildFolder } from '../../embedded/buildFolder.ts';
import { packageFolder } from '../../worker/files.ts';

const root = mkdtempSync(join(tmpdir(), 'dealerops-build-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

it('npm run build refuses a folder with other files, and keeps them', async () => {
  const folder = join(root, 'checkout');
  mkdirSync(folder);
  writeFileSync(join(folder, 'work.txt'), 'of a day');
  const build = promisify(execFile)('npm', ['run', '--silent', 'build', '--', folder], { cwd: packageFolder });
  await expect(build).rejects.toMatchObject({ stderr: expect.stringContaining(`${folder} is not empty`) });
  expect(readdirSync(folder)).toEqual(['work.txt']);
});

it('a build replaces an earlier one, and begins in an empty or a new folder', () => {
  const folder = join(root, 'dist');
  prepareBuildFolder(folder);
  writeFileSync(join(folder, 'old.js'), '');
  prepareBuildFolder(folder);
  expect(existsSync(join(folder, 'old.js'))).toBe(false);
  const empty = join(root, 'empty');
  mkdirSync(empty);
  prepareBuildFolder(empty);
  expect(existsSync(empty)).toBe(true);
});
