import { randomUUID } from 'node:crypto';
import { describe, it } from 'vitest';
import { type Expected, invalid, problemsForFile, type Request } from '../support/problems.ts';

const { expectProblem } = await problemsForFile();

describe('addresses without a route', () => {
  const notFound: Expected = { status: 404, type: 'not-found' };
  const id = randomUUID();

  const requests: [Request, Expected][] = [
    [{ method: 'GET', url: '/v1/nothing' }, notFound],
    [{ method: 'GET', url: '/' }, notFound],
    [
      { method: 'GET', url: `/v1/cancellations/${id}` },
      { ...notFound, says: id },
    ],
    [{ method: 'GET', url: `/v1/cancellations/${id}/report` }, notFound],
    [{ method: 'POST', url: `/v1/cancellations/${id}/withdraw`, body: { reason: 'stays' } }, notFound],
    [
      { method: 'GET', url: `/v1/tasks/${id}` },
      { ...notFound, says: id },
    ],
    [{ who: 'olivia', method: 'POST', url: `/v1/tasks/${id}/claim` }, notFound],
    [{ who: 'olivia', method: 'POST', url: `/v1/tasks/${id}/complete`, body: { answers: {} } }, notFound],
    [{ method: 'GET', url: '/v1/accounts/D-1' }, notFound],
    [{ method: 'DELETE', url: `/v1/api-keys/${id}` }, notFound],
    [
      { method: 'GET', url: '/problems/nothing' },
      { ...notFound, says: 'unknown-account' },
    ],
    [{ method: 'GET', url: '/problems/constructor' }, notFound],
    [{ method: 'GET', url: '/v1/cancellations/not-a-uuid' }, invalid('path id', /UUID/i)],
    [{ method: 'GET', url: '/v1/cancellations/%27%3Bdrop' }, invalid('path id')],
    [{ method: 'GET', url: '/v1/cancellations/%E0%A4%A' }, invalid(undefined, 'valid URL')],
    [{ method: 'GET', url: '/v1/tasks/1' }, invalid('path id')],
    [{ who: 'olivia', method: 'POST', url: '/v1/tasks/1/claim' }, invalid('path id')],
    [{ method: 'DELETE', url: '/v1/api-keys/1' }, invalid('path id')],
    [{ method: 'PUT', url: '/v1/people/No One', body: {} }, invalid('path id')],
    [{ method: 'GET', url: '/v1/accounts/a.b' }, invalid('path id')],
  ];
  it.each(requests.map((one) => [`${one[0].method} ${one[0].url.replace(id, '{id}')}`, ...one] as const))(
    '%s',
    async (_title, request, expected) => {
      await expectProblem(request, expected);
    },
  );

  it.each<[Request, string]>([
    [{ method: 'DELETE', url: '/v1/cancellations' }, 'GET, HEAD, POST'],
    [{ method: 'PUT', url: '/v1/cancellations/batch', body: {} }, 'POST'],
    [{ method: 'GET', url: '/v1/cancellations/batch' }, 'POST'],
    [{ method: 'GET', url: '/v1/cancellations/data-after-end' }, 'POST'],
    [{ method: 'DELETE', url: '/v1/cancellations/{cancellation}' }, 'GET, HEAD'],
    [{ method: 'GET', url: '/v1/cancellations/{cancellation}/withdraw' }, 'POST'],
    [{ method: 'PATCH', url: '/v1/tasks/{task}', body: {} }, 'GET, HEAD'],
    [{ method: 'GET', url: '/v1/tasks/{task}/claim?x=1' }, 'POST'],
    [{ method: 'GET', url: '/codec/decode' }, 'POST'],
    [{ method: 'POST', url: '/healthz', body: {} }, 'GET, HEAD'],
  ])('a method that the path does not take is a 405 with Allow of that path: %s', async (request, allow) => {
    await expectProblem(request, { status: 405, type: 'method-not-allowed', says: `takes ${allow} only`, allow });
  });

  it('a path that is not there is a 404 that names it, whatever the method', async () => {
    for (const method of ['GET', 'POST', 'DELETE'] as const)
      await expectProblem({ method, url: '/v1/nothing?x=1' }, { ...notFound, says: 'There is no /v1/nothing;' });
  });
});

describe('list parameters', () => {
  const list = (url: string): Request => ({ who: 'reader', method: 'GET', url });

  it.each<[string, string]>([
    ['/v1/cancellations?cursor=nonsense', 'query cursor'],
    [`/v1/cancellations?cursor=${Buffer.from('["2026-01-01","x"]').toString('base64url')}`, 'query cursor'],
    [`/v1/cancellations?cursor=${Buffer.from('null').toString('base64url')}`, 'query cursor'],
    [
      `/v1/cancellations?cursor=${Buffer.from(`["2026-01-01","${'-'.repeat(36)}"]`).toString('base64url')}`,
      'query cursor',
    ],
    [`/v1/cancellations?cursor=${'x'.repeat(201)}`, 'query cursor'],
    ['/v1/cancellations?state=lost', 'query state'],
    ['/v1/cancellations?open=yes', 'query open'],
    ['/v1/cancellations?integration=crm/none', 'query integration'],
    ['/v1/cancellations?from=yesterday', 'query from'],
    ['/v1/cancellations?from=0000-01-01T00:00:00Z', 'query from'],
    ['/v1/cancellations?to=0001-01-01T00:00:00%2B14:00', 'query to'],
    [
      `/v1/cancellations?cursor=${Buffer.from(`["+275760-09-13T00:00:00Z","${randomUUID()}"]`).toString('base64url')}`,
      'query cursor',
    ],
    ['/v1/cancellations?limit=101', 'query limit'],
    ['/v1/cancellations?limit=0', 'query limit'],
    ['/v1/cancellations?limit=many', 'query limit'],
    ['/v1/cancellations?colour=red', 'query colour'],
    ['/v1/cancellations?account=a&account=b', 'query account'],
    ['/v1/tasks?cursor=nonsense', 'query cursor'],
    ['/v1/tasks?state=lost', 'query state'],
    ['/v1/tasks?overdue=perhaps', 'query overdue'],
    ['/v1/accounts?limit=-1', 'query limit'],
  ])('%s', async (url, path) => {
    await expectProblem(list(url), invalid(path));
  });
});

describe('text that PostgreSQL cannot store', () => {
  const nul = 'a\u0000b';
  const half = 'a\ud800b';

  it.each<[Request, string]>([
    [{ method: 'GET', url: '/v1/accounts?namePrefix=%00' }, 'query namePrefix'],
    [{ method: 'GET', url: '/v1/accounts?cursor=%00' }, 'query cursor'],
    [{ method: 'GET', url: '/v1/tasks?assignee=%00' }, 'query assignee'],
    [{ method: 'PUT', url: '/v1/people/nul', body: { name: nul, email: 'nul@example.com', teams: ['ops'] } }, '/name'],
    [
      {
        method: 'PUT',
        url: '/v1/accounts/D-1',
        body: { name: nul, effectiveStatus: 'Active', parentSalesAccountId: null },
      },
      '/name',
    ],
    [
      {
        method: 'PUT',
        url: '/v1/accounts/D-1',
        body: {
          name: 'A',
          effectiveStatus: 'Active',
          parentSalesAccountId: null,
          integrations: [{ kind: 'crm', vendor: 'elead', dealerId: nul }],
        },
      },
      '/integrations/0/dealerId',
    ],
    [{ method: 'POST', url: '/v1/api-keys', body: { name: nul, scopes: ['read'] } }, '/name'],
    [{ method: 'POST', url: '/v1/api-keys', body: { name: 'a', scopes: ['read'], personId: nul } }, '/personId'],
    [{ method: 'POST', url: '/v1/cancellations/{cancellation}/withdraw', body: { reason: nul } }, '/reason'],
    [{ who: 'olivia', method: 'POST', url: '/v1/tasks/{task}/escalate', body: { reason: nul } }, '/reason'],
    [{ who: 'olivia', method: 'POST', url: '/v1/tasks/{task}/escalate', body: { reason: half } }, '/reason'],
    [{ who: 'admin', method: 'POST', url: '/v1/tasks/{task}/assign', body: { to: nul } }, '/to'],
    [
      { who: 'olivia', method: 'POST', url: '/v1/tasks/{task}/complete', body: { answers: { ticketNumber: nul } } },
      '/answers/ticketNumber',
    ],
    [
      { who: 'olivia', method: 'POST', url: '/v1/tasks/{task}/complete', body: { answers: { ticketNumber: half } } },
      '/answers/ticketNumber',
    ],
  ])('%o', async (request, path) => {
    await expectProblem(request, invalid(path));
  });
});

it('a key that expires after the year 9999 is rejected', async () => {
  const body = { name: 'a', scopes: ['read'], expiresAt: '9999-12-31T23:59:59-14:00' };
  await expectProblem({ method: 'POST', url: '/v1/api-keys', body }, invalid('/expiresAt'));
});
