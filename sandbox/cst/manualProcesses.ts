import { createHash, randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Faults } from '../shared/faults.ts';
import { notFound } from '../shared/notFound.ts';
import type { Run, SandboxState } from '../shared/state.ts';

const Parameters = z.strictObject({ parametersText: z.string().max(100_000) });
const RunsQuery = z.strictObject({
  since: z.iso.datetime({ offset: true }).optional(),
  state: z.literal('running').optional(),
  limit: z.coerce.number().int().min(1).max(100).default(100),
  cursor: z.coerce.number().int().min(0).default(0),
});

/** CST's Manual Process Manager: shared parameters, runs and their history. */
export function manualProcesses(cst: FastifyInstance, state: SandboxState, faults: Faults): void {
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
      const { parametersText } = Parameters.parse(body);
      if (headers['if-match'] === undefined) return reply.code(428).send({ error: 'If-Match is required' });
      if (headers['if-match'] !== etagOf(present))
        return reply.code(412).send({ error: 'the parameters have changed' });
      state.parameters.set(params.name, parametersText);
      state.changed();
      return reply.header('etag', etagOf(parametersText)).send({ name: params.name, parametersText });
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
      return reply.code(409).send({ error: 'a run is in progress' });
    const run = {
      runId: randomUUID(),
      name: params.name,
      key: key as string | undefined,
      startedAt: new Date(now).toISOString(),
      endsAt: now + faults.cst.runMs,
      results: resultsOf(parametersText, faults.cst.failingDealerIds),
    };
    state.start(run);
    return reply.code(202).send({ runId: run.runId });
  });

  cst.get<{ Params: { name: string } }>('/manual-processes/:name/runs', async ({ params, query }, reply) => {
    if (!state.parameters.has(params.name)) return notFound(reply);
    const { since, state: wanted, limit, cursor } = RunsQuery.parse(query);
    const runs = state.runs.filter(
      (run) =>
        run.name === params.name &&
        (!since || Date.parse(run.startedAt) >= Date.parse(since)) &&
        (!wanted || run.endsAt > Date.now()),
    );
    const next = cursor + limit;
    return { runs: runs.slice(cursor, next).map(shownRun), nextCursor: runs.length > next ? String(next) : null };
  });

  cst.get<{ Params: { name: string; runId: string } }>(
    '/manual-processes/:name/runs/:runId',
    async ({ params }, reply) => {
      const run = state.runs.find((one) => one.runId === params.runId && one.name === params.name);
      return run ? shownRun(run) : notFound(reply);
    },
  );
}

function resultsOf(parametersText: string, failing: string[]): Run['results'] {
  const list = /^DealerIds:[ \t]*(.*)$/m.exec(parametersText)?.[1] ?? '';
  return list
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((dealerId) =>
      failing.includes(dealerId)
        ? { dealerId, state: 'failed', message: 'VinSolutions answers: dealer not subscribed' }
        : { dealerId, state: 'succeeded', message: 'removed' },
    );
}

function shownRun({ runId, startedAt, endsAt, results }: Run) {
  if (endsAt > Date.now()) return { runId, startedAt, endedAt: null, state: 'running', results: [] };
  const failed = results.filter((result) => result.state === 'failed').length;
  const state = failed === 0 ? 'succeeded' : failed === results.length ? 'failed' : 'partly_failed';
  return { runId, startedAt, endedAt: new Date(endsAt).toISOString(), state, results };
}

function etagOf(text: string): string {
  return `"${createHash('sha256').update(text).digest('hex').slice(0, 16)}"`;
}
