import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import {
  SandboxAccountChange,
  SandboxEventsChange,
  SandboxFaultsChange,
  type SandboxMail,
  SandboxMailQuery,
  SandboxSubscriptionChange,
  type SandboxView,
} from '../domain/shared/sandbox.ts';
import type { Faults } from './shared/faults.ts';
import { notFound } from './shared/notFound.ts';
import type { SandboxState } from './shared/state.ts';

const shownRuns = 20;

interface Controlled {
  token: string;
  state: SandboxState;
  faults: Faults;
  mails: SandboxMail[];
  reset(): void;
}

/** Not a part of any contract: shows and changes what the stand-ins know and do wrong, for people, tests and demonstrations. */
export function controlRoutes(app: FastifyInstance, { token, state, faults, mails, reset }: Controlled): void {
  app.addHook('onRequest', async ({ headers }, reply) => {
    if (headers.authorization !== `Bearer ${token}`) return reply.code(401).send({ error: 'wrong token' });
  });

  app.get('/sandbox', async () => viewOf(state, faults));

  app.get('/sandbox/mail', async ({ query }) => newestOf(mails, SandboxMailQuery.parse(query)));

  app.put('/sandbox/faults', async ({ body }) => {
    const change = SandboxFaultsChange.parse(body);
    for (const system of Object.keys(change) as (keyof Faults)[]) Object.assign(faults[system], change[system]);
    return faults;
  });

  app.patch<{ Params: { id: string } }>('/sandbox/accounts/:id', async ({ params, body }, reply) => {
    const { effectiveStatus, dmsProvider, salesforceParentId } = SandboxAccountChange.parse(body);
    const account = state.accounts.get(params.id);
    if (!account) return notFound(reply);
    if (effectiveStatus !== undefined) account.effectiveStatus = effectiveStatus;
    if (salesforceParentId !== undefined) account.salesforceParentId = salesforceParentId ?? undefined;
    if (dmsProvider) state.dmsProviders.set(account.id, dmsProvider);
    else if (dmsProvider === null) state.dmsProviders.delete(account.id);
    state.changed();
    return viewOf(state, faults);
  });

  app.patch<{ Params: { dealerId: string } }>('/sandbox/vinsolutions/:dealerId', async ({ params, body }, reply) => {
    const change = SandboxEventsChange.parse(body);
    const own = state.eventSubscriptions.find(({ dealerId }) => String(dealerId) === params.dealerId);
    if (!own) return notFound(reply);
    Object.assign(own, change, { statusDateUtc: new Date().toISOString() });
    state.changed();
    return viewOf(state, faults);
  });

  app.patch<{ Params: { orgId: string } }>('/sandbox/fortellis/:orgId', async ({ params, body }, reply) => {
    const change = SandboxSubscriptionChange.parse(body);
    const own = state.appSubscriptions.find(({ orgId }) => orgId === params.orgId);
    if (!own) return notFound(reply);
    Object.assign(own, change);
    state.changed();
    return viewOf(state, faults);
  });

  app.post('/sandbox/reset', async () => {
    reset();
    state.changed();
    return viewOf(state, faults);
  });
}

function newestOf(mails: SandboxMail[], { search = '', before, limit }: z.output<typeof SandboxMailQuery>) {
  const wanted = search.toLowerCase();
  return mails
    .toReversed()
    .filter(({ id }) => before === undefined || id < before)
    .filter((mail) => [mail.from, mail.to, mail.subject, mail.text].some((text) => text.toLowerCase().includes(wanted)))
    .slice(0, limit);
}

function viewOf(state: SandboxState, faults: Faults): z.input<typeof SandboxView> {
  const accounts = [...state.accounts.values()];
  const accountWith = (matches: (one: { dealerId: string; fortellisOrgId?: string }) => boolean) =>
    accounts.find(({ integrations }) => integrations.some(matches))?.id ?? null;
  const now = Date.now();
  return {
    accounts: accounts.map((account) => ({
      ...account,
      salesforceParentId: account.salesforceParentId ?? null,
      dmsProvider: state.dmsProviders.get(account.id) ?? null,
    })),
    eventSubscriptions: state.eventSubscriptions.map((one) => ({
      ...one,
      account: accountWith(({ dealerId }) => dealerId === String(one.dealerId)),
    })),
    appSubscriptions: state.appSubscriptions.map((one) => ({
      ...one,
      account: accountWith(({ fortellisOrgId }) => fortellisOrgId === one.orgId),
    })),
    runs: state.runs
      .filter(({ endsAt }) => endsAt <= now)
      .slice(-shownRuns)
      .toReversed(),
    faults,
  };
}
