import { randomUUID } from 'node:crypto';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Faults } from '../shared/faults.ts';
import { withFault } from '../shared/httpFaults.ts';
import type { SandboxState } from '../shared/state.ts';
import contract from './fortellis.openapi.json' with { type: 'json' };

export interface FortellisStandIn {
  subscriptionsUrl: string;
  tokenUrl: string;
  apiKey: string;
  apiSecret: string;
  app: FastifyInstance;
  /** Tokens given so far stop working, as they do after an hour. */
  expireTokens(): void;
}

const tokenPath = '/oauth2/sandbox/v1/token';

/** Fortellis as far as it is used (fortellis.openapi.json): a token, and the subscriptions of our app. */
export async function startFortellis(
  state: SandboxState,
  faults: Faults,
  { port = 0, apiSecret }: { port?: number; apiSecret: string },
): Promise<FortellisStandIn> {
  // A connection that a fault has broken off must not hold up the end.
  const app = Fastify({ logger: false, forceCloseConnections: true });
  const apiKey = 'dealerops-sandbox';
  const tokens = new Set<string>();
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, new URLSearchParams(body as string)),
  );

  app.get('/openapi.json', async () => contract);

  app.post(tokenPath, ({ body, headers }, reply) =>
    withFault(faults.fortellis, 'token', reply, () => {
      const form = body as URLSearchParams;
      const basic = Buffer.from(`${apiKey}:${apiSecret}`).toString('base64');
      if (headers.authorization !== `Basic ${basic}`)
        return reply.code(401).send({ code: 401, message: 'MISSING-AUTHORIZATION' });
      if (form.get('grant_type') !== 'client_credentials' || form.get('scope') !== 'anonymous')
        return reply.code(400).send({ code: 400, message: 'invalid_scope' });
      const token = randomUUID();
      tokens.add(token);
      return { access_token: token, token_type: 'Bearer', expires_in: 3600, scope: 'anonymous' };
    }),
  );

  app.get('/v1/solution/subscriptions', ({ headers, query }, reply) =>
    withFault(faults.fortellis, 'subscriptions', reply, () => {
      if (!tokens.has((headers.authorization ?? '').replace('Bearer ', '')))
        return reply.code(401).send({ code: 401, message: 'TOKEN-EXPIRED' });
      const { orgId } = query as { orgId?: string };
      const subscriptions = state.appSubscriptions.filter((one) => !orgId || one.orgId === orgId);
      return { subscriptions: subscriptions.map((one) => ({ ...one, dealerCodes: [], apiDmsInfo: [] })) };
    }),
  );

  const url = await app.listen({ port, host: '127.0.0.1' });
  return {
    ...{ subscriptionsUrl: url, tokenUrl: `${url}${tokenPath}`, apiKey, apiSecret, app },
    expireTokens: () => tokens.clear(),
  };
}
