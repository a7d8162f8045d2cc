import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder with `python` and the programs of requirements.txt. */
    pythonPrograms: string;
  }
}

const run = promisify(execFile);
const requirements = fileURLToPath(new URL('requirements.txt', import.meta.url));

/** Makes a Python environment with what requirements.txt names, for this run. Needs python3 with its module venv. */
export default async function python(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'dealerops-python-'));
  await run('python3', ['-m', 'venv', folder]);
  const programs = join(folder, 'bin');
  await run(join(programs, 'pip'), ['install', '--quiet', '--disable-pip-version-check', '-r', requirements]);
  project.provide('pythonPrograms', programs);
  return () => rm(folder, { recursive: true, force: true });
}
