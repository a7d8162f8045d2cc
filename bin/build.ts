import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { prepareBuildFolder } from '../embedded/buildFolder.ts';
import { buildConsole } from '../embedded/console.ts';
import { runProgram } from '../service/runProgram.ts';
import { buildIdOf, builtBundleName } from '../worker/buildId.ts';
import { codeFolder, packageFolder } from '../worker/files.ts';
import { workflowBundle } from '../worker/worker.ts';

/** `npm run build [-- folder]`: what production runs, in `dist/` or another folder; an earlier build there is replaced. */
await runProgram(async () => {
  const ownFolder = join(packageFolder, 'dist');
  const folder = resolve(process.argv[2] ?? ownFolder);
  if (folder === ownFolder) rmSync(folder, { recursive: true, force: true });
  prepareBuildFolder(folder);
  mkdirSync(join(folder, 'worker'), { recursive: true });
  const [bundle] = await Promise.all([
    workflowBundle(),
    compile(folder),
    buildConsole(join(folder, 'console/dist')),
    cpSync(join(codeFolder, 'db/migrations'), join(folder, 'db/migrations'), { recursive: true }),
  ]);
  writeFileSync(join(folder, 'worker', builtBundleName), bundle.code);
  console.log(`Build ${buildIdOf(bundle, { code: folder, package: packageFolder })} is in ${folder}`);
});

/** @throws Error with what TypeScript says */
async function compile(folder: string): Promise<void> {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
  const args = [tsc, '--project', join(packageFolder, 'tsconfig.build.json'), '--outDir', folder];
  await promisify(execFile)(process.execPath, args).catch((error) => {
    throw new Error(`The code was not compiled: ${error.stdout || error.message}`);
  });
}
