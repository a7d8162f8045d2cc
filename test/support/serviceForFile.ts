import { afterAll } from 'vitest';
import { apiOf } from './api.ts';
import { type ServiceOptions, startService } from './service.ts';

/** A service and its API for the tests of one file, which end with the last of them. */
export async function serviceForFile(options: ServiceOptions = {}) {
  const service = await startService(options);
  afterAll(() => service.close());
  const api = await apiOf(service);
  afterAll(() => api.close());
  return { service, api };
}
