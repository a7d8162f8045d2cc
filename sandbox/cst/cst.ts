import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Faults } from '../shared/faults.ts';
import { notFound } from '../shared/notFound.ts';
import type { SandboxState } from '../shared/state.ts';
import cstContract from './cst.openapi.json' with { type: 'json' };
import { manualProcesses } from './manualProcesses.ts';

export interface CstStandIn {
  url: string;
  token: string;
  app: FastifyInstance;
}

const AccountsQuery = z.strictObject({
  namePrefix: z.string(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.coerce.number().int().min(0).default(0),
});

/**
 * CST as its contract says (cst.openapi.json): accounts, the DMS Provider tab and the Manual Process Manager.
 * @param options.control adds the sandbox's own routes, on the same port
 */
export async function startCst(
  state: SandboxState,
  faults: Faults,
  { port = 0, token, control }: { port?: number; token: string; control(app: FastifyInstance): void },
): Promise<CstStandIn> {
  const app = Fastify({ logger: false });
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    if (error instanceof z.ZodError) return reply.code(400).send({ error: z.prettifyError(error) });
    return reply.code(error.statusCode ?? 500).send({ error: error.message });
  });

  app.get('/openapi.json', async () => cstContract);
  app.register(async (own) => control(own));

  app.register(async (cst) => {
    cst.addHook('onRequest', async (request, reply) => {
      if (request.headers.authorization !== `Bearer ${token}`) return reply.code(401).send({ error: 'wrong token' });
      if (faults.cst.readOnly && request.method !== 'GET') return reply.code(403).send({ error: 'read only' });
      if (faults.cst.slowMs > 0) await new Promise((resolve) => setTimeout(resolve, faults.cst.slowMs));
      if (faults.cst.errors > 0) {
        faults.cst.errors -= 1;
        return reply.code(500).send({ error: 'internal error' });
      }
      if (faults.cst.invalidResponse > 0) {
        faults.cst.invalidResponse -= 1;
        return reply.type('text/html').send('<html>Welcome to CST</html>');
      }
    });
    accounts(cst, state, faults);
    manualProcesses(cst, state, faults);
  });

  const url = await app.listen({ port, host: '127.0.0.1' });
  return { url, token, app };
}

function accounts(cst: FastifyInstance, state: SandboxState, faults: Faults): void {
  cst.get('/accounts', async ({ query }) => {
    const { namePrefix, limit, cursor } = AccountsQuery.parse(query);
    const prefix = namePrefix.toLowerCase();
    const found = [...state.accounts.values()].filter((account) => account.name.toLowerCase().startsWith(prefix));
    const end = cursor + limit;
    return {
      accounts: found.slice(cursor, end).map(({ id, name }) => ({ id, name, ...state.oddNames.get(id) })),
      nextCursor: end < found.length ? String(end) : null,
    };
  });

  cst.get<{ Params: { id: string } }>(
    '/accounts/:id',
    async ({ params }, reply) => state.account(params.id) ?? notFound(reply),
  );

  cst.get<{ Params: { id: string } }>(
    '/accounts/:id/dms-provider',
    async ({ params }, reply) => state.dmsProviders.get(params.id) ?? notFound(reply),
  );

  cst.delete<{ Params: { id: string } }>('/accounts/:id/dms-provider', async ({ params }, reply) => {
    if (!state.accounts.has(params.id)) return notFound(reply);
    if (!faults.cst.keepsDmsProvider) state.dmsProviders.delete(params.id);
    state.changed();
    return reply.code(204).send();
  });
}
