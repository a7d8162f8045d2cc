import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../support/program.ts';

export type Who = 'olivia' | 'lena';

export interface RunningStage {
  address: string;
  keys: Record<Who, string>;
  /** An answer of the API to an administrator. */
  ask<T>(path: string): Promise<T>;
  close(): Promise<void>;
}

/** A fresh `npm start` on which the demo was played. */
export async function startStage(): Promise<RunningStage> {
  const dataDir = mkdtempSync(join(tmpdir(), 'dealerops-screenshots-'));
  // PostgreSQL's account, as which root runs it, must get through.
  chmodSync(dataDir, 0o755);
  const environment = { DEALEROPS_DATA_DIR: dataDir };
  const service = runProgram('bin/start.ts', environment);
  const close = async () => {
    service.process.kill('SIGINT');
    await service.ended;
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    await service.prints('Ready.');
    if (service.printed().includes('could not be built')) throw new Error(service.printed());
    const demo = runProgram('bin/demo.ts', environment);
    if ((await demo.ended) !== 0) throw new Error(`The demo has failed:\n${demo.printed()}`);
  } catch (error) {
    await close();
    throw error;
  }
  const read = (file: string) => JSON.parse(readFileSync(join(dataDir, file), 'utf8'));
  const address = `http://localhost:${read('settings.json').ports.api}`;
  const keys = read('keys.json').apiKeys;
  const ask = async (path: string) => {
    const response = await fetch(`${address}${path}`, { headers: { authorization: `Bearer ${keys.lena}` } });
    if (!response.ok) throw new Error(`${path} was answered ${response.status}`);
    return response.json();
  };
  return { address, keys, ask: ask as RunningStage['ask'], close };
}
