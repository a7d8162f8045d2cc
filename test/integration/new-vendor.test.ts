import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addedVendor } from '../support/addedVendor.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const notCopied = ['node_modules', '.git', '.dealerops', 'dist'];
let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'dealerops-new-vendor-'));
  for (const name of readdirSync(project)) {
    if (notCopied.includes(name)) continue;
    cpSync(join(project, name), join(copy, name), {
      recursive: true,
      filter: (path) => !/[\\/](dist|node_modules|histories)$/.test(path),
    });
  }
  symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const run = (command: string, ...args: string[]) =>
  promisify(execFile)(process.execPath, [join(project, 'node_modules', command), ...args], { cwd: copy }).catch(
    (error: { stdout: string; stderr: string }) => {
      throw new Error(`${error.stdout}\n${error.stderr}`);
    },
  );

it('a manual vendor is added in at most four source files, and its cancellation then runs to the end', async () => {
  for (const { file, before, add } of addedVendor) {
    const path = join(copy, file);
    const source = before === '' ? '' : readFileSync(path, 'utf8');
    expect(source.split(before === '' ? '\0' : before), `${file} has the place once`).toHaveLength(
      before === '' ? 1 : 2,
    );
    writeFileSync(path, before === '' ? add : source.replace(before, () => `${add}${before}`));
  }
  expect(new Set(addedVendor.map(({ file }) => file)).size).toBeLessThanOrEqual(4);
  // The recipe in the documentation names the same files.
  const recipe = readFileSync(join(project, 'docs/architecture.md'), 'utf8')
    .split('### A vendor')[1]
    ?.split('\n### ')[0];
  for (const { file } of addedVendor) expect(recipe).toContain(file.replace('example.ts', '<vendor>.ts'));

  const include = ['domain', 'workflows', 'activities', 'db', 'worker', 'api', 'records', 'service', 'bin', 'sandbox'];
  writeFileSync(join(copy, 'tsconfig.source.json'), JSON.stringify({ extends: './tsconfig.json', include }));
  await run('typescript/bin/tsc', '-p', 'tsconfig.source.json');
  writeFileSync(
    join(copy, 'test/integration/added-vendor.test.ts'),
    readFileSync(join(copy, 'test/support/addedVendorScenario.ts'), 'utf8').replaceAll("from './", "from '../support/"),
  );
  await run('vitest/vitest.mjs', 'run', '--project', 'integration', 'test/integration/added-vendor.test.ts');
}, 300_000);
