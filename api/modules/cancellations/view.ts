import type {
  CancellationRecord,
  CancellationRow,
  IntegrationRow,
} from '../../../db/queries/cancellations/cancellations.ts';
import {
  cancellationWorkflowId,
  openIntegrationStates,
  vinEventStreamWorkflowId,
} from '../../../domain/cancellations/cancellations.ts';
import { type StepName, stepCatalog } from '../../../domain/cancellations/catalog.ts';
import { withdrawalEffects } from '../../../domain/cancellations/effects.ts';
import { standingOf } from '../../../domain/cancellations/standing.ts';
import { openStepStates } from '../../../domain/shared/checklist.ts';
import { vendorTitle } from '../../../domain/shared/vendors.ts';
import type { ApiOptions } from '../../server/options.ts';
import { type StoppedById, stoppedAmong, stoppedInWords } from '../../server/stoppedWorkflows.ts';
import { workflowAddress } from '../../server/webUi/workflowAddress.ts';

type Row = CancellationRow & { integrations: IntegrationRow[] };

/** Which workflows of these cancellations cannot continue; null while Temporal cannot say. */
export function stoppedOf({ temporal }: ApiOptions, rows: readonly Row[]): Promise<StoppedById | null> {
  const workflowIds = rows
    .filter(({ state }) => state === 'open')
    .flatMap(({ account, integrations }) => [
      cancellationWorkflowId(account),
      ...integrations.filter(isOpen).map(({ workflowId }) => workflowId),
    ]);
  return stoppedAmong(temporal, workflowIds.length > 0 ? [...workflowIds, vinEventStreamWorkflowId] : []);
}

/**
 * A cancellation as its readers see it, with links to its workflows.
 * @param stopped of `stoppedOf`: what these workflows wrote last, such as whom they wait for, is not true any more
 */
export function summaryOf(options: ApiOptions, row: Row, stopped: StoppedById | null) {
  const workflowId = cancellationWorkflowId(row.account);
  return {
    ...row,
    withdrawalReason: row.withdrawnReason,
    stopped: row.state === 'open' ? stopped && stoppedInWords(stopped.get(workflowId)) : undefined,
    webUi: workflowAddress(options, workflowId),
    standing: standingOf(
      { isOpen: row.state === 'open', isWithdrawn: row.withdrawnAt !== null },
      row.integrations.map((one) => ({ state: one.standing, reinstating: isReinstating(one) })),
    ),
    integrations: row.integrations.map((one) => integrationOf(options, one, stopped)),
  };
}

export function viewOf(options: ApiOptions, record: CancellationRecord, stopped: StoppedById | null) {
  return {
    ...summaryOf(options, record, stopped),
    integrations: record.integrations.map((one) => ({
      ...integrationOf(options, one, stopped),
      ifWithdrawn: isWithdrawable(one) ? ifWithdrawn(one, record.tasks) : null,
    })),
    requests: record.requests.map((request) => ({ ...request, dealerIds: request.dealerIds ?? null })),
    tasks: record.tasks.map((task) => ({ ...task, title: task.content.title })),
  };
}

/** What was done is being reinstated: its workflow goes on, and it stands as it ends. */
function isReinstating({ state, standing }: IntegrationRow): boolean {
  return state !== standing;
}

/** Not where it is withdrawn already, or the gate has kept all of it from beginning. */
function isWithdrawable({ standing }: IntegrationRow): boolean {
  return standing !== 'withdrawn' && standing !== 'blocked';
}

function ifWithdrawn({ steps }: IntegrationRow, tasks: CancellationRecord['tasks']) {
  const effects = withdrawalEffects(steps, ({ taskId, waitingOnCode }) => {
    const task = tasks.find(({ id }) => id === taskId);
    // A list of several dealers' IDs is no task of this cancellation: who has it may have done it.
    return task ? task.begun : waitingOnCode === 'person' || waitingOnCode === 'team_lead';
  });
  const titled = (names: StepName[]) =>
    names.map((step) => ({
      step,
      title: stepCatalog[step].title,
      isAutomatic: effects.automatic.includes(step),
    }));
  return {
    stopped: effects.stopped.map((step) => stepCatalog[step].title),
    done: titled(effects.done),
    unknown: titled(effects.unknown),
    running: titled(effects.running),
  };
}

function integrationOf(options: ApiOptions, row: IntegrationRow, stopped: StoppedById | null) {
  const waitsForRemover = row.steps.some(({ waitingOnCode }) => waitingOnCode === 'vin_event_stream');
  const open = isOpen(row);
  const cause = stopped?.get(row.workflowId) ?? (waitsForRemover ? stopped?.get(vinEventStreamWorkflowId) : undefined);
  const isStopped = open && cause !== undefined;
  return {
    ...row,
    state: row.standing,
    reinstating: isReinstating(row),
    vendorName: vendorTitle(row.integration),
    stopped: open ? stopped && stoppedInWords(cause) : undefined,
    webUi: workflowAddress(options, row.workflowId, row.runId),
    steps: isStopped ? row.steps.map(waitingForEngineer) : row.steps,
  };
}

function isOpen({ state }: IntegrationRow): boolean {
  return openIntegrationStates.includes(state);
}

function waitingForEngineer(step: IntegrationRow['steps'][number]) {
  const waits = step.waitingOn !== undefined && openStepStates.includes(step.state);
  return waits ? { ...step, waitingOn: 'an engineer', waitingSince: undefined } : step;
}

/** Without a run's ID the Web UI shows the latest run. */
