import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox } from '../../sandbox/index.ts';
import { encryptingDataConverter } from '../../worker/codec.ts';
import { parseKeyring } from '../../worker/keyring.ts';
import { testDatabase } from './database.ts';
import { freePort } from './freePort.ts';
import { type ReleasedProgram, type RunningProgram, runCommand, runReleased } from './program.ts';
import { builtRelease } from './release.ts';
import { testTemporal } from './testTemporal.ts';

/**
 * What the programs of production need, on the run's servers: run them, compiled, with `run`, or by npm with `npm`. In hooks allow
 * for `buildTimeout`.
 * @param prepare makes the folder from which they are run from that of the release; that one itself when absent
 */
export async function startProduction(prepare = async (release: string, _folder: string) => release) {
  const folder = mkdtempSync(join(tmpdir(), 'dealerops-production-'));
  const keys = `k1:${randomBytes(32).toString('base64')}\n`;
  const [database, temporal, sandbox, release] = await Promise.all([
    testDatabase(),
    testTemporal({ dataConverter: encryptingDataConverter(parseKeyring(keys)) }),
    startSandbox({}),
    builtRelease().then((built) => prepare(built, folder)),
  ]);
  writeFileSync(join(folder, 'codec_keys'), keys);
  const environment: Record<string, string> = {
    DATABASE_URL: 'env:THE_DATABASE',
    THE_DATABASE: database.url,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    DEALEROPS_CODEC_KEYS: `file:${join(folder, 'codec_keys')}`,
    CST_URL: sandbox.cst.url,
    CST_TOKEN: 'env:THE_CST_TOKEN',
    THE_CST_TOKEN: sandbox.cst.token,
    SMTP_URL: sandbox.smtp.url,
    MAIL_FROM: 'Dealerops <dealerops@example.com>',
    PORT: String(await freePort()),
    HEALTH_PORT: String(await freePort()),
    METRICS_PORT: String(await freePort()),
    WORKER_DEPLOYMENT: 'dealerops',
    PUBLIC_URL: 'https://dealerops.example.com/',
  };
  const programs: RunningProgram[] = [];
  const noted = (program: RunningProgram) => {
    programs.push(program);
    return program;
  };
  return {
    environment,
    database,
    temporal,
    sandbox,
    /** Where the programs are. */
    release,
    run: (name: ReleasedProgram, more: Record<string, string> = {}) =>
      noted(runReleased(release, name, { ...environment, ...more })),
    npm: (script: string, more: Record<string, string> = {}) =>
      noted(runCommand('npm', ['run', '--silent', script], { ...environment, ...more }, release)),
    async close() {
      for (const program of programs) program.process.kill('SIGKILL');
      await Promise.all(programs.map(({ ended }) => ended));
      await Promise.all([database.close(), temporal.close(), sandbox.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type Production = Awaited<ReturnType<typeof startProduction>>;
