import { createHash } from 'node:crypto';
import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/client';
import { cancellationOfRequest, giveKeyBack, type KeyOfCall, storeStarted, takeKey } from '../../db/idempotency.ts';
import type { Caller } from '../../db/keys.ts';
import { type CancellationRequest, cancellationWorkflowId } from '../../domain/cancellations.ts';
import { taskQueue } from '../../domain/messages.ts';
import { dealerAttribute, processAttribute, stageAttribute } from '../../domain/searchAttributes.ts';
import { type IntegrationName, integrationNames, isIntegrationName } from '../../domain/vendors.ts';
import type { ApiOptions } from '../options.ts';
import { type Fault, Problem } from '../problems.ts';
import { planOf } from './plan.ts';
import type { CancellationBody, Plan, Started } from './schemas.ts';

export interface Answer {
  status: 200 | 202;
  body: Started | Plan;
  replayed: boolean;
}

/**
 * Starts a cancellation, or joins the one that the dealer has under way. The same call again is the same answer, also when
 * the first one was cut off at any point: its request's ID is kept before anything else happens.
 * @throws Problem for what cannot be started; the Idempotency-Key is then free again
 */
export async function startCancellation(
  options: ApiOptions,
  caller: Caller,
  key: string,
  body: CancellationBody,
): Promise<Answer> {
  if (body.dryRun)
    return {
      status: 200,
      body: await planOf(options, body.account, await integrationsToEnd(options, body)),
      replayed: false,
    };
  const { db } = options.database;
  const call: KeyOfCall = { apiKeyId: caller.keyId, key };
  const taken = await takeKey(db, call, hashOf(body));
  if (!taken.sameBody)
    throw new Problem(
      422,
      'idempotency-key-reused',
      'This Idempotency-Key was used with another body before: use a new one.',
    );
  if (taken.response) return { status: 202, body: taken.response.body as Started, replayed: true };

  let integrations: IntegrationName[];
  try {
    integrations = await integrationsToEnd(options, body);
  } catch (error) {
    if (error instanceof Problem) await giveKeyBack(db, call);
    throw error;
  }
  const request: CancellationRequest = {
    requestId: taken.requestId,
    reason: body.reason,
    integrations,
    whenActive: body.whenActive,
    by: caller.id,
  };
  const id = (await cancellationOfRequest(db, taken.requestId)) ?? (await signal(options, body.account, request));
  const started: Started = {
    id,
    account: body.account,
    state: 'open',
    integrations,
    address: `/v1/cancellations/${id}`,
  };
  await storeStarted(db, call, { status: 202, body: started }, { id, account: body.account, request });
  return { status: 202, body: started, replayed: false };
}

/** Starts the dealer's workflow, or tells the one that runs; it knows each request by its ID. */
async function signal({ temporal }: ApiOptions, account: string, request: CancellationRequest): Promise<string> {
  const handle = await temporal.withDeadline(Date.now() + 10_000, () =>
    temporal.workflow.signalWithStart('cancelDealer', {
      workflowId: cancellationWorkflowId(account),
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
      taskQueue,
      args: [{ account }],
      signal: 'request',
      signalArgs: [request],
      typedSearchAttributes: [
        { key: dealerAttribute, value: account },
        { key: processAttribute, value: 'cancellations' },
        { key: stageAttribute, value: 'started' },
      ],
      staticSummary: `Cancellation of dealer ${account}`,
    }),
  );
  return handle.signaledRunId;
}

/** What the account has and the body asks for. @throws Problem that says what the account has, or which vendors we know */
async function integrationsToEnd({ accounts }: ApiOptions, body: CancellationBody): Promise<IntegrationName[]> {
  const account = await accounts.find(body.account);
  if (!account) {
    throw new Problem(
      422,
      'unknown-account',
      `There is no account ${body.account}. Check it, or enter it with PUT /v1/accounts/${body.account}.`,
      {
        errors: [{ path: '/account', message: 'is not known' }],
      },
    );
  }
  const has = account.integrations.map((one) => `${one.kind}/${one.vendor}`);
  const asked = body.reason === 'vendor_change' ? [body.integration] : body.integrations;
  const unknown = asked ? [] : has.filter((name) => !isIntegrationName(name));
  if (unknown.length > 0) {
    throw new Problem(
      422,
      'unknown-vendor',
      `Account ${body.account} has ${unknown.join(', ')}, for which we have no procedure. Known are ${integrationNames.join(', ')}: name those to end in "integrations".`,
      {
        errors: [{ path: '/integrations', message: `known are ${integrationNames.join(', ')}` }],
      },
    );
  }
  const wanted = [...new Set(asked ?? (has as IntegrationName[]))];
  const list = has.join(', ') || 'none';
  const errors = wanted.flatMap((name): Fault[] => {
    if (has.includes(name)) return [];
    const path = body.reason === 'vendor_change' ? '/integration' : `/integrations/${asked!.indexOf(name)}`;
    return [{ path, message: `the account does not have ${name}; it has ${list}` }];
  });
  if (errors.length > 0 || wanted.length === 0) {
    throw new Problem(422, 'no-such-integration', `Account ${body.account} has these integrations: ${list}.`, {
      errors,
    });
  }
  return wanted;
}

function hashOf(body: unknown): string {
  return createHash('sha256').update(canonical(body)).digest('hex');
}

/** The same body is the same text, in whatever order its fields came. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return `{${fields
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`)
    .join(',')}}`;
}
