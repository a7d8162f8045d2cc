import { randomUUID } from 'node:crypto';
import Fastify, { type FastifyInstance } from 'fastify';
import type { SandboxState } from '../shared/state.ts';
import salesforceContract from './salesforce.openapi.json' with { type: 'json' };

export interface SalesforceStandIn {
  url: string;
  clientId: string;
  clientSecret: string;
  app: FastifyInstance;
  /** Tokens given so far stop working, as they do after some hours. */
  expireTokens(): void;
  /** Accounts of CST that two sales accounts name as their external ID. */
  twice: Set<string>;
  /** Accounts of which the answer leaves out ParentId, as where the client has no right to it. */
  withoutParentId: Set<string>;
}

const externalIdField = 'CST_Account__c';

/** Salesforce as far as it is used (salesforce.openapi.json): a token, and the sales account of one of CST's accounts. */
export async function startSalesforce(
  state: SandboxState,
  { port = 0, clientSecret }: { port?: number; clientSecret: string },
): Promise<SalesforceStandIn> {
  const app = Fastify({ logger: false });
  const clientId = 'dealerops-sandbox';
  const tokens = new Set<string>();
  const twice = new Set<string>();
  const withoutParentId = new Set<string>();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, new URLSearchParams(body as string)),
  );

  app.get('/openapi.json', async () => salesforceContract);

  app.post('/services/oauth2/token', async ({ body }, reply) => {
    const form = body as URLSearchParams;
    const right =
      form.get('grant_type') === 'client_credentials' &&
      form.get('client_id') === clientId &&
      form.get('client_secret') === clientSecret;
    if (!right)
      return reply.code(400).send({ error: 'invalid_client', error_description: 'invalid client credentials' });
    const token = randomUUID();
    tokens.add(token);
    return { access_token: token, token_type: 'Bearer' };
  });

  app.get<{ Params: { field: string; account: string } }>(
    '/services/data/v62.0/sobjects/Account/:field/:account',
    async ({ params, headers }, reply) => {
      if (!tokens.has((headers.authorization ?? '').replace('Bearer ', ''))) {
        return reply.code(401).send([{ errorCode: 'INVALID_SESSION_ID', message: 'Session expired or invalid' }]);
      }
      if (params.field !== externalIdField) {
        const message = `Provided external ID field does not exist or is not accessible: ${params.field}`;
        return reply.code(404).send([{ errorCode: 'NOT_FOUND', message }]);
      }
      if (twice.has(params.account)) {
        const found = ['001SBX00000TWIN1', '001SBX00000TWIN2'];
        return reply.code(300).send(found.map((id) => `/services/data/v62.0/sobjects/Account/${id}`));
      }
      const dealer = state.accounts.get(params.account);
      if (!dealer)
        return reply.code(404).send([{ errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' }]);
      return {
        Id: `001SBX${dealer.id.replace(/\W/g, '').padStart(9, '0')}`,
        Name: dealer.name,
        ...(!withoutParentId.has(dealer.id) && { ParentId: dealer.salesforceParentId ?? null }),
        Phone: '+1 555-0142',
        BillingStreet: '100 Example Avenue',
        BillingCity: dealer.city,
        BillingState: dealer.state,
        BillingPostalCode: '00000',
        Website: `https://${dealer.id.toLowerCase()}.dealer.example.com`,
      };
    },
  );

  const url = await app.listen({ port, host: '127.0.0.1' });
  return { url, clientId, clientSecret, app, twice, withoutParentId, expireTokens: () => tokens.clear() };
}
