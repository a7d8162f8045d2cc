import { afterAll, beforeEach } from 'vitest';
import type { Outside } from '../../activities/index.ts';
import type { Activities } from '../../activities/shared/composed.ts';
import { fileStandIns } from './fileStandIns.ts';
import { keptSchedules } from './keptSchedules.ts';
import { replayAndClose } from './replay.ts';
import { startService, type TestService } from './service.ts';

/**
 * A service for the tests of feeds' runs in one file, with time skipping and stand-ins that import files; each test has a fresh
 * sandbox, and all histories are replayed at the end.
 * @param more stand-ins of the test's own
 */
export async function feedRunsForFile(more?: (outside: Outside) => Activities): Promise<TestService> {
  const service: TestService = await startService({
    timeSkipping: true,
    bulkWorker: true,
    schedules: keptSchedules(),
    secondLookMs: 100,
    standIns: (outside) => ({ ...fileStandIns(() => service.sandbox.sftp.folder)(outside), ...more?.(outside) }),
  });
  beforeEach(() => service.sandbox.reset());
  afterAll(() => replayAndClose(service));
  return service;
}
