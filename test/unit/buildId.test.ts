import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildIdOf, builtBundleName, codeParts } from '../../worker/buildId.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const bundle = { code: 'workflows();\n//# sourceMappingURL=data:/here/workflows/index.ts\n' };

let folder: string;
let copy: { code: string; package: string };
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dealerops-build-'));
  copy = { code: folder, package: folder };
  for (const part of [...codeParts, 'package.json', 'package-lock.json'])
    cpSync(join(project, part), join(folder, part), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the same release has the same build ID in any folder', () => {
  const moved = { code: bundle.code.replace('/here/', '/there/') };
  expect(buildIdOf(bundle)).toMatch(/^[0-9a-f]{16}$/);
  expect(buildIdOf(moved, copy)).toBe(buildIdOf(bundle));
});

test.each([
  'activities/connectors/smtp.ts',
  'db/client.ts',
  'worker/activityInterceptor.ts',
  'service/config.ts',
  'package-lock.json',
])('the same workflow code with another %s has another build ID', (file) => {
  const before = buildIdOf(bundle, copy);
  appendFileSync(join(folder, file), '\n');
  expect(buildIdOf(bundle, copy)).not.toBe(before);
});

test('other workflow code has another build ID', () => {
  expect(buildIdOf({ code: `also();${bundle.code}` })).not.toBe(buildIdOf(bundle));
});

test('source maps, which hold paths, and the file of the bundle do not change the build ID', () => {
  const before = buildIdOf(bundle, copy);
  for (const file of ['worker/worker.js.map', `worker/${builtBundleName}`]) writeFileSync(join(folder, file), 'x');
  expect(buildIdOf(bundle, copy)).toBe(before);
});

test('the image has the build, the packages of production and the package files, and nothing else', () => {
  const dockerfile = readFileSync(join(project, 'Dockerfile'), 'utf8');
  const image = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
  const copied = [...image.matchAll(/^COPY (.+)$/gm)].map(([, arguments_]) => arguments_);
  expect(copied).toEqual([
    '--from=packages /app/node_modules ./node_modules',
    '--from=build /app/dist ./dist',
    'package.json package-lock.json ./',
  ]);
});
