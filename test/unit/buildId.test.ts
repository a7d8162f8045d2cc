import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildIdOf, releaseParts } from '../../worker/buildId.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const bundle = { code: 'workflows();\n//# sourceMappingURL=data:/here/workflows/index.ts\n' };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dealerops-build-'));
  for (const part of releaseParts) cpSync(join(project, part), join(folder, part), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the same release has the same build ID in any folder', () => {
  const moved = { code: bundle.code.replace('/here/', '/there/') };
  expect(buildIdOf(bundle)).toMatch(/^[0-9a-f]{16}$/);
  expect(buildIdOf(moved, folder)).toBe(buildIdOf(bundle));
});

test.each([
  'activities/connectors/smtp.ts',
  'db/client.ts',
  'worker/activityInterceptor.ts',
  'service/config.ts',
  'package-lock.json',
])('the same workflow code with another %s has another build ID', (file) => {
  const before = buildIdOf(bundle, folder);
  appendFileSync(join(folder, file), '\n');
  expect(buildIdOf(bundle, folder)).not.toBe(before);
});

test('other workflow code has another build ID', () => {
  expect(buildIdOf({ code: `also();${bundle.code}` })).not.toBe(buildIdOf(bundle));
});

test('the build ID covers exactly the source folders of the image', () => {
  const dockerfile = readFileSync(join(project, 'Dockerfile'), 'utf8');
  const image = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
  const copied = [...image.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, parts]) => parts!.split(' '));
  expect(copied.filter((part) => part !== 'tsconfig.json').sort()).toEqual([...releaseParts].sort());
});
