import { afterAll, beforeEach } from 'vitest';
import { fileStandIns } from './fileStandIns.ts';
import { keptSchedules } from './keptSchedules.ts';
import { replayAndClose } from './replay.ts';
import { startService, type TestService } from './service.ts';

/**
 * A service for the tests of feeds' runs in one file, with time skipping and stand-ins that import files; each test has a fresh
 * sandbox, and all histories are replayed at the end.
 */
export async function feedRunsForFile(): Promise<TestService> {
  const service: TestService = await startService({
    timeSkipping: true,
    bulkWorker: true,
    schedules: keptSchedules(),
    secondLookMs: 100,
    standIns: fileStandIns(() => service.sandbox.sftp.folder),
  });
  beforeEach(() => service.sandbox.reset());
  afterAll(() => replayAndClose(service));
  return service;
}
