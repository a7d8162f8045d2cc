import { randomUUID } from 'node:crypto';
import createClient from 'openapi-fetch';
import { beforeAll, expect, it } from 'vitest';
import type { components, paths } from '../../console/src/app/api.generated.ts';
import type { TestApi } from '../support/api.ts';
import { eventually } from '../support/eventually.ts';
import { serviceForFile } from '../support/serviceForFile.ts';

/** A client that openapi-typescript has generated drives a cancellation to its end, over HTTP; the compiler checks each call. */

const { api } = await serviceForFile();
let url: string;
beforeAll(async () => {
  url = await api.app.listen({ host: '127.0.0.1', port: 0 });
});

const clientOf = (who: keyof TestApi['keys']) =>
  createClient<paths>({ baseUrl: url, headers: { authorization: `Bearer ${api.keys[who]}` } });

it('the generated client starts a cancellation, follows it, claims and completes a task and reads the report', async () => {
  const [offboarding, olivia, reader] = [clientOf('offboarding'), clientOf('olivia'), clientOf('reader')];
  const header = { 'idempotency-key': randomUUID() };
  const body = { account: 'D-1104', reason: 'subscription_canceled' } as const;
  const planned = await offboarding.POST('/v1/cancellations', {
    params: { header },
    body: { ...body, dryRun: true },
  });
  const plan = planned.data as components['schemas']['Plan'];
  expect(plan.integrations.map(({ integration, vendorName }) => [integration, vendorName])).toEqual([
    ['crm/vinsolutions', 'VinSolutions'],
  ]);

  const started = await offboarding.POST('/v1/cancellations', { params: { header }, body });
  expect(started.response.status).toBe(202);
  const { id } = started.data as components['schemas']['StartedCancellation'];
  expect(started.response.headers.get('location')).toBe(`/v1/cancellations/${id}`);
  const again = await offboarding.POST('/v1/cancellations', { params: { header }, body });
  expect([again.data, again.response.headers.get('idempotency-replayed')]).toEqual([started.data, 'true']);

  const query = { state: ['open' as const], integration: 'crm/vinsolutions' as const, overdue: false };
  const task = await eventually(async () => (await reader.GET('/v1/tasks', { params: { query } })).data?.tasks[0]);
  const path = { id: task.id };
  // Its body is optional; some clients send the header of a body that they leave out.
  const claimed = await olivia.POST('/v1/tasks/{id}/claim', {
    params: { path },
    headers: { 'content-type': 'application/json' },
  });
  expect(claimed.data).toMatchObject({ state: 'claimed', assignee: 'olivia' });
  const refused = await olivia.POST('/v1/tasks/{id}/complete', { params: { path }, body: { answers: {} } });
  expect(refused.response.status).toBe(422);
  expect(refused.error?.errors?.map((one) => one.path).sort()).toEqual(['/answers/done', '/answers/ticketNumber']);
  const completed = await olivia.POST('/v1/tasks/{id}/complete', {
    params: { path },
    body: { answers: { ticketNumber: 'T-2048', done: true } },
  });
  expect(completed.data).toMatchObject({ state: 'done', closedBy: 'olivia' });

  const cancellation = await eventually(async () => {
    const { data } = await offboarding.GET('/v1/cancellations/{id}', { params: { path: { id } } });
    return data?.state === 'closed' && data;
  });
  expect(cancellation.integrations).toMatchObject([
    { integration: 'crm/vinsolutions', vendorName: 'VinSolutions', state: 'ended', reason: null },
  ]);
  const report = await reader.GET('/v1/cancellations/{id}/report', { params: { path: { id } } });
  expect(report.data).toMatchObject({ id, state: 'closed', tasks: [{ answers: { ticketNumber: 'T-2048' } }] });
  const page = await reader.GET('/v1/cancellations/{id}/report', {
    params: { path: { id } },
    headers: { accept: 'text/html' },
    parseAs: 'text',
  });
  expect(page.response.headers.get('content-type')).toMatch(/^text\/html/);
  expect(page.data).toContain('T-2048');
});

it('the generated client gets the described problems', async () => {
  const reader = clientOf('reader');
  const path = { id: randomUUID() };
  const missing = await reader.GET('/v1/cancellations/{id}', { params: { path } });
  expect(missing.error).toMatchObject({ status: 404, type: '/problems/not-found' });
  const forbidden = await reader.POST('/v1/tasks/{id}/claim', { params: { path } });
  expect(forbidden.error).toMatchObject({ status: 403, type: '/problems/forbidden' });
});
