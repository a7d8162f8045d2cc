import { afterAll, beforeEach } from 'vitest';
import { apiOf } from './api.ts';
import { type ServiceOptions, startService } from './service.ts';

/** A service and its API for the tests of one file, which end with the last of them; each test has a fresh sandbox. */
export async function serviceForFile(options: ServiceOptions = {}) {
  const service = await startService(options);
  beforeEach(() => service.sandbox.reset());
  afterAll(() => service.close());
  const api = await apiOf(service);
  afterAll(() => api.close());
  return { service, api };
}
