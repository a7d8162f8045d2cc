import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Faults } from '../shared/faults.ts';
import { smtpFaults, smtpStages } from '../shared/faults.ts';
import { notFound } from '../shared/notFound.ts';
import type { SandboxState } from '../shared/state.ts';
import type { ReceivedMail } from '../smtp/smtp.ts';
import cstContract from './cst.openapi.json' with { type: 'json' };
import { manualProcesses } from './manualProcesses.ts';

export interface CstStandIn {
  url: string;
  token: string;
  app: FastifyInstance;
}

const HttpFaultSettings = z.strictObject({
  next: z.array(
    z
      .strictObject({
        on: z.string(),
        status: z.int().min(400).max(599),
        invalidResponse: z.boolean(),
        lost: z.boolean(),
        ignored: z.boolean(),
        slowMs: z.int().min(0).max(60_000),
      })
      .partial(),
  ),
});

const FaultSettings = z
  .strictObject({
    cst: z
      .strictObject({
        errors: z.int().min(0),
        invalidResponse: z.int().min(0),
        slowMs: z.int().min(0).max(60_000),
        failingDealerIds: z.array(z.string()),
        runMs: z.int().min(0).max(600_000),
        readOnly: z.boolean(),
        keepsDmsProvider: z.boolean(),
      })
      .partial(),
    smtp: z
      .strictObject({
        next: z.array(
          z.union([
            z.enum(smtpFaults),
            z.strictObject({
              at: z.enum(smtpStages),
              reply: z
                .string()
                .regex(/^[45]\d\d /)
                .optional(),
              afterMs: z.int().min(0).optional(),
            }),
          ]),
        ),
      })
      .partial(),
    vinSolutions: HttpFaultSettings,
    fortellis: HttpFaultSettings,
  })
  .partial();

const AccountsQuery = z.strictObject({
  namePrefix: z.string(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.coerce.number().int().min(0).default(0),
});

/** CST as its contract says (cst.openapi.json): accounts, the DMS Provider tab and the Manual Process Manager. */
export async function startCst(
  state: SandboxState,
  faults: Faults,
  mails: ReceivedMail[],
  { port = 0, token }: { port?: number; token: string },
): Promise<CstStandIn> {
  const app = Fastify({ logger: false });
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    if (error instanceof z.ZodError) return reply.code(400).send({ error: z.prettifyError(error) });
    return reply.code(error.statusCode ?? 500).send({ error: error.message });
  });

  app.get('/openapi.json', async () => cstContract);
  app.get('/sandbox/mail', async () => mails);
  app.put('/sandbox/faults', async (request) => {
    const wanted = FaultSettings.parse(request.body);
    Object.assign(faults.cst, wanted.cst);
    Object.assign(faults.smtp, wanted.smtp);
    Object.assign(faults.vinSolutions, wanted.vinSolutions);
    Object.assign(faults.fortellis, wanted.fortellis);
    return faults;
  });
  /** What people do in Fortellis' portal, such as ending a dealer's subscription. */
  app.patch<{ Params: { orgId: string } }>('/sandbox/fortellis/:orgId', async ({ params, body }, reply) => {
    const change = z.strictObject({ status: z.string(), deactivationDate: z.string() }).partial().parse(body);
    const own = state.appSubscriptions.find(({ orgId }) => orgId === params.orgId);
    if (!own) return notFound(reply);
    Object.assign(own, change);
    state.changed();
    return own;
  });
  /** What VinSolutions does itself, such as sending a dealer's events again. */
  app.patch<{ Params: { dealerId: string } }>('/sandbox/vinsolutions/:dealerId', async ({ params, body }, reply) => {
    const change = z.strictObject({ status: z.enum(['active', 'inactive']) }).parse(body);
    const own = state.eventSubscriptions.find(({ dealerId }) => String(dealerId) === params.dealerId);
    if (!own) return notFound(reply);
    Object.assign(own, change, { statusDateUtc: new Date().toISOString() });
    state.changed();
    return own;
  });

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

  /** Not CST's contract: what people do in CST, such as setting an Effective Status, by tests and demonstrations. */
  cst.patch<{ Params: { id: string } }>('/sandbox/accounts/:id', async ({ params, body }, reply) => {
    const change = z.strictObject({ effectiveStatus: z.string() }).parse(body);
    const account = state.accounts.get(params.id);
    if (!account) return notFound(reply);
    Object.assign(account, change);
    state.changed();
    return state.account(params.id);
  });

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
