import { createHash, randomUUID } from 'node:crypto';
import Fastify, { type FastifyInstance } from 'fastify';
import { z } from 'zod';
import cstContract from './cst.openapi.json' with { type: 'json' };
import type { Faults } from './faults.ts';
import { smtpFaults } from './faults.ts';
import type { ReceivedMail } from './smtp.ts';
import type { SandboxState } from './state.ts';

export interface CstStandIn {
  url: string;
  token: string;
  app: FastifyInstance;
}

const FaultSettings = z
  .strictObject({
    cst: z
      .strictObject({
        errors: z.int().min(0),
        nonsense: z.int().min(0),
        slowMs: z.int().min(0).max(60_000),
        failingDealerIds: z.array(z.string()),
        runMs: z.int().min(0).max(600_000),
      })
      .partial(),
    smtp: z.strictObject({ next: z.array(z.enum(smtpFaults)) }).partial(),
  })
  .partial();

/** CST as its contract says (cst.openapi.json): accounts, the DMS Provider tab and the Manual Process Manager. */
export async function startCst(
  state: SandboxState,
  faults: Faults,
  mails: ReceivedMail[],
  { port = 0, token }: { port?: number; token: string },
): Promise<CstStandIn> {
  const app = Fastify({ logger: false });
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? undefined : JSON.parse(body as string));
    } catch {
      done(Object.assign(new Error('not JSON'), { statusCode: 400 }));
    }
  });

  app.get('/openapi.json', async () => cstContract);
  app.get('/sandbox/mail', async () => mails);
  app.put('/sandbox/faults', async (request) => {
    const wanted = FaultSettings.parse(request.body);
    Object.assign(faults.cst, wanted.cst);
    Object.assign(faults.smtp, wanted.smtp);
    return faults;
  });

  app.register(async (cst) => {
    cst.addHook('onRequest', async (request, reply) => {
      if (request.headers.authorization !== `Bearer ${token}`) return reply.code(401).send({ error: 'wrong token' });
      if (faults.cst.slowMs > 0) await new Promise((resolve) => setTimeout(resolve, faults.cst.slowMs));
      if (faults.cst.errors > 0) {
        faults.cst.errors -= 1;
        return reply.code(500).send({ error: 'internal error' });
      }
      if (faults.cst.nonsense > 0) {
        faults.cst.nonsense -= 1;
        return reply.type('text/html').send('<html>Welcome to CST</html>');
      }
    });

    cst.get<{ Querystring: { namePrefix?: string; limit?: string } }>('/accounts', async ({ query }) => {
      const prefix = (query.namePrefix ?? '').toLowerCase();
      const found = [...state.accounts.values()].filter((account) => account.name.toLowerCase().startsWith(prefix));
      return { accounts: found.slice(0, Number(query.limit ?? 50)).map(({ id, name }) => ({ id, name })) };
    });

    cst.get<{ Params: { id: string } }>(
      '/accounts/:id',
      async ({ params }, reply) => state.account(params.id) ?? notFound(reply),
    );

    /** Not CST's contract: what people do in CST, such as setting an Effective Status, by tests and demonstrations. */
    cst.patch<{ Params: { id: string } }>('/sandbox/accounts/:id', async ({ params, body }, reply) => {
      const change = z.strictObject({ effectiveStatus: z.string().min(1) }).parse(body);
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
      state.dmsProviders.delete(params.id);
      state.changed();
      return reply.code(204).send();
    });

    cst.get<{ Params: { name: string } }>('/manual-processes/:name', async ({ params }, reply) => {
      const parametersText = state.parameters.get(params.name);
      if (parametersText === undefined) return notFound(reply);
      return reply.header('etag', etagOf(parametersText)).send({ name: params.name, parametersText });
    });

    cst.put<{ Params: { name: string } }>(
      '/manual-processes/:name/parameters',
      async ({ params, headers, body }, reply) => {
        const present = state.parameters.get(params.name);
        if (present === undefined) return notFound(reply);
        const wanted = z.strictObject({ parametersText: z.string().max(100_000) }).safeParse(body);
        if (!wanted.success) return reply.code(400).send({ error: 'parametersText is missing' });
        if (headers['if-match'] === undefined) return reply.code(428).send({ error: 'If-Match is required' });
        if (headers['if-match'] !== etagOf(present))
          return reply.code(412).send({ error: 'the parameters have changed' });
        state.parameters.set(params.name, wanted.data.parametersText);
        state.changed();
        return reply
          .header('etag', etagOf(wanted.data.parametersText))
          .send({ name: params.name, parametersText: wanted.data.parametersText });
      },
    );

    cst.post<{ Params: { name: string } }>('/manual-processes/:name/runs', async ({ params, headers }, reply) => {
      const parametersText = state.parameters.get(params.name);
      if (parametersText === undefined) return notFound(reply);
      const key = headers['idempotency-key'];
      const same = key && state.runs.find((run) => run.key === key);
      if (same) return reply.code(202).send({ runId: same.runId });
      const now = Date.now();
      if (state.runs.some((run) => run.name === params.name && run.endsAt > now))
        return reply.code(409).send({ error: 'a run is under way' });
      const list = /^DealerIds:\s*(.*)$/m.exec(parametersText)?.[1] ?? '';
      const failing = faults.cst.failingDealerIds;
      const results = list
        .split(/[\s,]+/)
        .filter(Boolean)
        .map((dealerId) =>
          failing.includes(dealerId)
            ? { dealerId, state: 'failed' as const, message: 'VinSolutions answers: dealer not subscribed' }
            : { dealerId, state: 'succeeded' as const, message: 'removed' },
        );
      const run = {
        runId: randomUUID(),
        name: params.name,
        key: key as string | undefined,
        startedAt: new Date(now).toISOString(),
        endsAt: now + faults.cst.runMs,
        results,
      };
      state.runs.push(run);
      state.changed();
      return reply.code(202).send({ runId: run.runId });
    });

    cst.get<{ Params: { name: string }; Querystring: { since?: string; limit?: string; cursor?: string } }>(
      '/manual-processes/:name/runs',
      async ({ params, query }) => {
        const since = query.since ? Date.parse(query.since) : 0;
        const runs = state.runs.filter((run) => run.name === params.name && Date.parse(run.startedAt) >= since);
        const from = Number(query.cursor ?? 0);
        const pageSize = Number(query.limit ?? 100);
        return {
          runs: runs.slice(from, from + pageSize).map(shownRun),
          nextCursor: runs.length > from + pageSize ? String(from + pageSize) : null,
        };
      },
    );

    cst.get<{ Params: { name: string; runId: string } }>(
      '/manual-processes/:name/runs/:runId',
      async ({ params }, reply) => {
        const run = state.runs.find((one) => one.runId === params.runId && one.name === params.name);
        return run ? shownRun(run) : notFound(reply);
      },
    );
  });

  const url = await app.listen({ port, host: '127.0.0.1' });
  return { url, token, app };
}

function shownRun(run: SandboxState['runs'][number]) {
  const { runId, startedAt, endsAt, results } = run;
  if (endsAt > Date.now()) return { runId, startedAt, endedAt: null, state: 'running', results: [] };
  const failed = results.filter((result) => result.state === 'failed').length;
  const state = failed === 0 ? 'succeeded' : failed === results.length ? 'failed' : 'partly_failed';
  return { runId, startedAt, endedAt: new Date(endsAt).toISOString(), state, results };
}

function etagOf(text: string): string {
  return `"${createHash('sha256').update(text).digest('hex').slice(0, 16)}"`;
}

function notFound(reply: { code(status: number): { send(body: unknown): unknown } }) {
  return reply.code(404).send({ error: 'not found' });
}
