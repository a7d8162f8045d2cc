import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiOf, type TestApi } from '../support/api.ts';
import { startService, type TestService } from '../support/service.ts';

/** What a person pastes into the API's fields, and what other systems send. */

let service: TestService;
let api: TestApi;
beforeAll(async () => {
  service = await startService({ withoutWorker: true, withoutCst: true });
  api = await apiOf(service);
});
afterAll(async () => {
  await api?.close();
  await service?.close();
});

describe('names', () => {
  const person = { email: 'person@example.com', role: 'ops' };
  const doors: [string, (name: string) => Promise<{ status: number; body: Record<string, unknown> }>][] = [
    ['people', (name) => api.call('admin', 'PUT', '/v1/people/pat', { body: { ...person, name } })],
    ['keys', (name) => api.call('admin', 'POST', '/v1/api-keys', { body: { name, scopes: ['read'] } })],
  ];

  it.each(doors)('of %s are without what nobody sees', async (_of, put) => {
    for (const name of ['Pat\u0007', 'Pat\u001B[31m', '\u202E\u200B', '\uE000', '---'])
      expect([name, await put(name)]).toMatchObject([
        name,
        { status: 400, body: { type: '/problems/invalid-request', errors: [{ path: '/name' }] } },
      ]);
    const { status } = await put(' Pat\u200B \u202EKia\u2028 Ford\n');
    expect([200, 201]).toContain(status);
  });

  it('are kept as they were cleaned', async () => {
    const { people } = (await api.get<{ people: { id: string; name: string }[] }>('reader', '/v1/people')).body;
    expect(people.find(({ id }) => id === 'pat')?.name).toBe('Pat Kia Ford');
    const { keys } = (await api.get<{ keys: { name: string }[] }>('admin', '/v1/api-keys')).body;
    expect(keys.map(({ name }) => name)).toContain('Pat Kia Ford');
  });
});
