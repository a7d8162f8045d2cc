import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancellationIntegrations, cancellations } from '../../db/schema/cancellations.ts';
import { cancellationWorkflowId, integrationWorkflowId } from '../../domain/cancellations/cancellations.ts';
import type { Readiness } from '../../domain/shared/readiness.ts';
import { taskQueue } from '../../domain/shared/taskQueues.ts';
import { apiOf, type TestApi } from '../support/api.ts';
import { eventually } from '../support/eventually.ts';
import { serviceForFile } from '../support/serviceForFile.ts';

const { service, api } = await serviceForFile({ withoutWorker: true });

interface Row {
  id: string;
  account: string;
  stopped?: string | null;
  integrations: { stopped?: string | null }[];
}
const others = 210;
const reason =
  'Its workflow fails at each try (NonDeterministicError) and cannot continue until an engineer repairs it.';
const ids: Record<string, string> = {};

const cancel = async (account: string) => {
  const id = randomUUID();
  ids[account] = id;
  const row = { id, account, dealerName: `Dealer ${account}`, timeZone: 'UTC', requestedBy: 'key:offboarding' };
  await service.db.insert(cancellations).values({ ...row, state: 'open', reason: 'subscription_canceled' });
  await service.db.insert(cancellationIntegrations).values({
    ...{ cancellationId: id, integration: 'crm/elead', runId: 'r', steps: [], version: 1, state: 'in_progress' },
    workflowId: integrationWorkflowId('crm/elead', account),
  });
};
/** As Temporal notes a workflow whose code fails; no worker runs here that would continue it. */
const startStopped = (workflowId: string) =>
  service.client.workflow.start('neverRuns', {
    ...{ workflowId, taskQueue },
    searchAttributes: {
      TemporalReportedProblems: ['category=WorkflowTaskFailed', 'cause=WorkflowTaskFailedCauseNonDeterministicError'],
    },
  });
const stoppedOf = ({ stopped, integrations }: Row) => [stopped, integrations.map((one) => one.stopped)];
const readEach = async (account: string, on: TestApi = api) => {
  const rows = async <T>(path: string, rowsIn: (body: T) => Row[]) =>
    rowsIn((await on.get<T>('reader', path)).body).find((row) => row.account === account)!;
  return Promise.all([
    rows<{ cancellations: Row[] }>('/v1/cancellations', (body) => body.cancellations),
    rows<Row>(`/v1/cancellations/${ids[account]}`, (body) => [body]),
    rows<Row>(`/v1/cancellations/${ids[account]}/report`, (body) => [body]),
    rows<{ cancellations: { cancellations: Row[] } }>(
      `/v1/dealers/${account}`,
      (body) => body.cancellations.cancellations,
    ),
    rows<{ cancellations: Row[] }>(`/v1/search?q=${account}`, (body) => body.cancellations),
  ]);
};
const overviewOf = async (on: TestApi = api) =>
  (await on.get<{ cancellations: { stopped: number | null; moreStopped: boolean } }>('reader', '/v1/overview')).body
    .cancellations;

describe('when more workflows are stopped than are listed', () => {
  beforeAll(async () => {
    for (const account of ['M-1', 'M-2', 'M-3']) await cancel(account);
    // Started first, these are not among the latest.
    await startStopped(cancellationWorkflowId('M-1'));
    await startStopped(integrationWorkflowId('crm/elead', 'M-2'));
    for (let n = 0; n < others; n += 30)
      await Promise.all(Array.from({ length: 30 }, (_, one) => startStopped(`other/${n + one}`)));
    await eventually(
      async () => (await service.client.workflow.count('TemporalReportedProblems IS NOT NULL')).count === others + 2,
    );
  });

  it.each([
    ['M-1', [reason, [undefined]]],
    ['M-2', [undefined, [reason]]],
    ['M-3', [undefined, [undefined]]],
  ])('every page shows of the cancellation of %s whether it is stopped', async (account, stopped) => {
    for (const row of await readEach(account)) expect(stoppedOf(row)).toEqual(stopped);
  });

  it('the overview says that it knows only the least number', async () => {
    expect(await overviewOf()).toMatchObject({ stopped: 0, moreStopped: true });
  });

  it('the readiness counts all of them', async () => {
    const { body } = await api.call<Readiness>(null, 'GET', '/readyz');
    expect(body.checks.find(({ name }) => name === 'workflows')?.reason).toMatch(/^212 workflows fail at each try/);
  });
});

describe('while Temporal does not answer', () => {
  let withoutTemporal: TestApi;
  beforeAll(async () => {
    const connection = Connection.lazy({ address: '127.0.0.1:1' });
    withoutTemporal = await apiOf(service, { temporal: new Client({ connection, namespace: service.namespace }) });
  });
  afterAll(() => withoutTemporal.close());

  it('no page says that a cancellation is not stopped', async () => {
    for (const row of await readEach('M-3', withoutTemporal)) expect(stoppedOf(row)).toEqual([null, [null]]);
    expect(await overviewOf(withoutTemporal)).toMatchObject({ stopped: null, moreStopped: false });
  });
});
