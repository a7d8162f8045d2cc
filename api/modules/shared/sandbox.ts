import { z } from 'zod';
import { AccountId, VendorDealerId } from '../../../domain/shared/inputs.ts';
import {
  SandboxAccountChange,
  SandboxEventsChange,
  SandboxFaultsChange,
  SandboxMail,
  SandboxMailQuery,
  SandboxSubscriptionChange,
  SandboxView,
} from '../../../domain/shared/sandbox.ts';
import type { ApiOptions, App } from '../../server/options.ts';
import { pageQuery, pageSchema, readPage } from '../../server/paging.ts';
import { Problem } from '../../server/problems.ts';

const MailPage = pageSchema('SandboxMailPage', { mails: z.array(SandboxMail) });
const { search } = SandboxMailQuery.shape;

const answerWithinMs = 5_000;

/** The control port of the stand-ins, for the console. Only `npm start` has these routes: in production the systems are real. */
export async function sandboxRoutes(app: App, { sandbox }: ApiOptions): Promise<void> {
  if (!sandbox) return;
  const tags = ['sandbox'];
  const reading = { scope: 'read' } as const;
  const changing = { scope: 'tasks:write' } as const;

  async function ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${sandbox!.url}/sandbox${path}`, {
      method,
      headers: {
        authorization: `Bearer ${sandbox!.token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(answerWithinMs),
    }).catch(() => {
      const detail =
        'The stand-ins for the external systems do not answer. Try again in a moment; if it stays so, start npm start again.';
      throw new Problem(503, 'unavailable', detail, { headers: { 'retry-after': '5' } });
    });
    if (response.status === 404) throw new Problem(404, 'not-found', 'The sandbox has nothing with this ID.');
    if (!response.ok) throw new Error(`the sandbox answered ${method} ${path} with ${response.status}`);
    return response.json();
  }
  const view = async (...request: Parameters<typeof ask>) => (await ask(...request)) as SandboxView;

  app.get(
    '/v1/sandbox',
    {
      config: reading,
      schema: {
        tags,
        operationId: 'getSandbox',
        summary: 'What the stand-ins for the external systems know, and their faults',
        response: { 200: SandboxView },
      },
    },
    () => view('GET', ''),
  );

  app.get(
    '/v1/sandbox/mail',
    {
      config: reading,
      schema: {
        tags,
        operationId: 'listSandboxMail',
        summary: 'The email that has arrived since npm start, the newest first',
        querystring: z.strictObject({ search, ...pageQuery }),
        response: { 200: MailPage },
      },
    },
    async ({ query: { search, ...page } }) => {
      const { items, nextCursor } = await readPage(page, {
        place: z.tuple([z.literal('sandbox-mail'), z.int().min(0)]),
        read: async (place, limit) => {
          const query = new URLSearchParams({ limit: String(limit) });
          if (search) query.set('search', search);
          if (place) query.set('before', String(place[1]));
          return (await ask('GET', `/mail?${query}`)) as SandboxMail[];
        },
        placeOf: ({ id }) => ['sandbox-mail', id],
      });
      return { mails: items, nextCursor };
    },
  );

  app.put(
    '/v1/sandbox/faults',
    {
      config: changing,
      schema: {
        tags,
        operationId: 'changeSandboxFaults',
        summary: 'Make external systems fail, or work again; faults that are left out stay as they are',
        body: SandboxFaultsChange,
        response: { 200: SandboxView },
      },
    },
    async ({ body }) => {
      await ask('PUT', '/faults', body);
      return view('GET', '');
    },
  );

  app.patch(
    '/v1/sandbox/accounts/:id',
    {
      config: changing,
      schema: {
        tags,
        operationId: 'changeSandboxAccount',
        summary: 'Change an account in CST or Salesforce',
        params: z.object({ id: AccountId }),
        body: SandboxAccountChange,
        response: { 200: SandboxView },
        problems: [404],
      },
    },
    ({ params: { id }, body }) => view('PATCH', `/accounts/${encodeURIComponent(id)}`, body),
  );

  app.patch(
    '/v1/sandbox/vinsolutions/:dealerId',
    {
      config: changing,
      schema: {
        tags,
        operationId: 'changeSandboxEvents',
        summary: 'End or resume a dealer’s events at VinSolutions',
        params: z.object({ dealerId: VendorDealerId }),
        body: SandboxEventsChange,
        response: { 200: SandboxView },
        problems: [404],
      },
    },
    ({ params: { dealerId }, body }) => view('PATCH', `/vinsolutions/${encodeURIComponent(dealerId)}`, body),
  );

  app.patch(
    '/v1/sandbox/fortellis/:orgId',
    {
      config: changing,
      schema: {
        tags,
        operationId: 'changeSandboxSubscription',
        summary: 'End or resume a dealer’s subscription at Fortellis',
        params: z.object({ orgId: VendorDealerId }),
        body: SandboxSubscriptionChange,
        response: { 200: SandboxView },
        problems: [404],
      },
    },
    ({ params: { orgId }, body }) => view('PATCH', `/fortellis/${encodeURIComponent(orgId)}`, body),
  );

  app.post(
    '/v1/sandbox/reset',
    {
      config: changing,
      schema: {
        tags,
        operationId: 'resetSandbox',
        summary:
          'Reset the external systems to how they were at the first start; empties the inbox and ends all faults',
        response: { 200: SandboxView },
      },
    },
    () => view('POST', '/reset'),
  );
}
