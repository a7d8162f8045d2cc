import { randomUUID } from 'node:crypto';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Faults } from '../shared/faults.ts';
import { withFault } from '../shared/httpFaults.ts';
import type { SandboxState } from '../shared/state.ts';
import contract from './vinSolutionsEvents.openapi.json' with { type: 'json' };

export interface VinSolutionsEventsStandIn {
  url: string;
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  apiKey: string;
  app: FastifyInstance;
  /** Every change that was carried out, oldest first. */
  changes: { dealerId: number; status: string; subscriptions: string[] }[];
  /** Tokens given so far stop working. */
  expireTokens(): void;
}

const mediaType = 'application/vnd.coxauto.v1+json';
const base = '/vinsolutions/eventingapi';
const Change = z.object({
  dealerId: z.int().positive(),
  status: z.enum(['active', 'inactive']),
  subscriptions: z.array(z.string()).min(1),
});

/** VinSolutions' Connect Event service as far as it is used (vinSolutionsEvents.openapi.json). */
export async function startVinSolutionsEvents(
  state: SandboxState,
  faults: Faults,
  { port = 0, clientSecret, apiKey }: { port?: number; clientSecret: string; apiKey: string },
): Promise<VinSolutionsEventsStandIn> {
  // A connection that a fault has broken off must not hold up the end.
  const app = Fastify({ logger: false, forceCloseConnections: true });
  const clientId = 'dealerops-sandbox';
  const tokens = new Set<string>();
  const changes: VinSolutionsEventsStandIn['changes'] = [];
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, new URLSearchParams(body as string)),
  );
  app.addContentTypeParser(mediaType, { parseAs: 'string' }, (_request, body, done) =>
    done(null, JSON.parse(body as string)),
  );

  app.get('/openapi.json', async () => contract);

  app.post('/connect/token', ({ body }, reply) =>
    withFault(faults.vinSolutions, 'token', reply, () => {
      const form = body as URLSearchParams;
      const right =
        form.get('grant_type') === 'client_credentials' &&
        form.get('scope') === 'PublicAPI' &&
        form.get('client_id') === clientId &&
        form.get('client_secret') === clientSecret;
      if (!right) return reply.code(400).send({ error: 'invalid_client' });
      const token = randomUUID();
      tokens.add(token);
      return { access_token: token, token_type: 'Bearer', expires_in: 3600 };
    }),
  );

  const checked = (request: FastifyRequest, reply: FastifyReply, carryOut: () => unknown) => () => {
    const { authorization = '', 'x-api-key': key } = request.headers;
    if (!tokens.has(authorization.replace('Bearer ', ''))) return reply.code(401).send(error('Unauthorized'));
    if (key !== apiKey) return reply.code(403).send(error('Forbidden'));
    return carryOut();
  };
  const json = (reply: FastifyReply, body: unknown) => {
    reply.type(mediaType);
    return JSON.stringify(body);
  };

  app.get(`${base}/subscription`, (request, reply) =>
    withFault(
      faults.vinSolutions,
      'subscriptions',
      reply,
      checked(request, reply, () => {
        const { limit = 100 } = request.query as { limit?: number };
        return json(reply, state.eventSubscriptions.slice(0, Math.min(Number(limit), 100)));
      }),
      error,
    ),
  );

  app.put<{ Params: { dealerId: string } }>(`${base}/subscription/dealerId/:dealerId`, (request, reply) =>
    withFault(
      faults.vinSolutions,
      'updateSubscription',
      reply,
      checked(request, reply, () => {
        const own = state.eventSubscriptions.find(({ dealerId }) => String(dealerId) === request.params.dealerId);
        if (!own) return reply.code(404).send(error('no such dealer'));
        const change = Change.safeParse(request.body);
        if (!change.success || change.data.dealerId !== own.dealerId)
          return reply.code(400).send(error('not a subscription of this dealer'));
        const { status, subscriptions } = change.data;
        changes.push(change.data);
        Object.assign(own, { status, subscriptions, statusDateUtc: new Date().toISOString() });
        state.changed();
        return json(reply, own);
      }),
      error,
    ),
  );

  // As Amazon's gateway answers for a route that it does not know.
  app.setNotFoundHandler((_request, reply) =>
    reply.code(403).send(error('Invalid key=value pair (missing equal-sign) in Authorization header')),
  );

  const url = await app.listen({ port, host: '127.0.0.1' });
  return {
    ...{ url: `${url}${base}`, tokenUrl: `${url}/connect/token`, clientId, clientSecret, apiKey, app, changes },
    expireTokens: () => tokens.clear(),
  };
}

function error(message: string | number) {
  return { message: String(message) };
}
