import { listFeedImports } from '../../../db/queries/feeds/imports.ts';
import {
  type OnboardingRecord,
  type OnboardingRow,
  openTasksOfOnboardings,
} from '../../../db/queries/feeds/onboardings.ts';
import { type FeedRunRow, latestTrials } from '../../../db/queries/feeds/runLists.ts';
import type { Caller } from '../../../db/queries/keys.ts';
import { onboardedImportId, onboardingWorkflowId, trialStep } from '../../../domain/feeds/onboarding.ts';
import { trialInWords } from '../../../domain/feeds/trialTexts.ts';
import { openStates, openStepStates } from '../../../domain/shared/checklist.ts';
import { hasScope } from '../../server/auth.ts';
import type { ApiOptions } from '../../server/options.ts';
import { type StoppedById, stoppedAmong, stoppedInWords } from '../../server/stoppedWorkflows.ts';
import { workflowAddress } from '../../server/webUi/workflowAddress.ts';
import { addressOf } from './importView.ts';
import { type Onboarding, type OnboardingAction, onboardingActions } from './onboardingSchemas.ts';
import { reportOf } from './runReport.ts';

/** Onboardings as their readers see them: what names a person only for who may see such data. */

/** As lists show them; Temporal is asked about those in progress, since their workflows may be stopped. */
export async function onboardingSummaries(options: ApiOptions, rows: OnboardingRow[]) {
  const open = rows.filter(isOpen);
  const [stopped, tasks] = await Promise.all([
    open.length > 0 ? stoppedAmong(options.temporal, open.map(onboardingWorkflowId)) : new Map<string, string>(),
    openTasksOfOnboardings(
      options.database.db,
      open.map(({ id }) => id),
    ),
  ]);
  return rows.map((row) => ({
    ...summaryOf(options, row, stopped),
    openTasks: tasks
      .filter(({ subject }) => subject === row.id)
      .map(({ id, kind, team, content: { title } }) => ({ id, kind, team, title })),
  }));
}

/** As its page shows it (spec: proresponse-feeds.md, "Onboarding"). */
export async function onboardingView(
  options: ApiOptions,
  caller: Caller,
  record: OnboardingRecord,
): Promise<Onboarding> {
  const { db } = options.database;
  const [summary] = await onboardingSummaries(options, [record]);
  const { account, dms, contactName, contactPhone, contactEmail } = record;
  const ids = record.kinds.map((kind) => onboardedImportId(record.id, kind));
  const imports = (await listFeedImports(db, { account, dms, limit: 100 })).filter(({ id }) => ids.includes(id));
  const runs = await latestTrials(db, ids);
  const trials = new Map(
    record.kinds.map((kind, index) => [trialStep[kind] as string, trialOf(options, caller, runs.get(ids[index]!))]),
  );
  const mayReadPersonal = hasScope(caller, ['feeds:write', 'contacts:read']);
  return {
    ...summary!,
    // The workflow has who approved and their note; the report is in the tables only.
    steps: summary!.steps.map((step) => {
      const trial = step.state === 'done' && trials.get(step.step);
      if (!trial) return step;
      const said = trialInWords(trial.counts, trial.report?.files.map(({ path }) => path) ?? []);
      return { ...step, evidence: [step.evidence, said].filter(Boolean).join(' · ') };
    }),
    ...(mayReadPersonal && { contact: { name: contactName, phone: contactPhone, email: contactEmail } }),
    permissions: record.permissions.map(({ outcome, on, recordedBy, recordedAt, saidBy, note }) => ({
      ...{ outcome, on, recordedBy, recordedAt },
      ...(mayReadPersonal && { saidBy, note }),
    })),
    requests: record.requests,
    imports: imports.map(({ id, kind, state }) => ({
      ...{ id, kind, state, address: addressOf(id) },
      trial: trials.get(trialStep[kind]) ?? null,
    })),
    tasks: record.tasks.map((task) => ({ ...task, title: task.content.title })),
    allowedActions: onboardingActions.map((action) => ({ action, missing: missingFor(caller, action, record) })),
  };
}

function isOpen({ state }: OnboardingRow): boolean {
  return (openStates as readonly string[]).includes(state);
}

function summaryOf(options: ApiOptions, row: OnboardingRow, stopped: StoppedById | null) {
  const workflowId = onboardingWorkflowId(row);
  const { exceptionBy: by, exceptionReason: reason } = row;
  return {
    ...row,
    exception: by !== null && reason !== null ? { by, reason } : null,
    stopped: isOpen(row) ? stopped && stoppedInWords(stopped.get(workflowId)) : undefined,
    webUi: workflowAddress(options, workflowId),
  };
}

function trialOf(options: ApiOptions, caller: Caller, run: FeedRunRow | undefined) {
  if (!run) return null;
  const { id: runId, startedAt, endedAt, outcome, reason, counts, contactsFound, contactsCreated } = run;
  return {
    ...{ runId, startedAt, endedAt, outcome, reason, counts, contactsFound, contactsCreated },
    ...reportOf(options, caller, run),
  };
}

/** The workflow decides; this is what its row shows. */
function missingFor(caller: Caller, action: OnboardingAction, row: OnboardingRow): string | null {
  if (!hasScope(caller, ['feeds:write'])) return 'This needs an API key with the scope feeds:write.';
  if (!isOpen(row)) return 'The onboarding has ended.';
  const isDone = (step: string) => row.steps.some((one) => one.step === step && one.state === 'done');
  if (action === 'record_permission' && !isDone('request')) return 'ProResponse was not asked yet.';
  if (action === 'report_file' && !isDone('permission')) return 'Record the permission of the dealer first.';
  const isTrialOpen = row.steps.some(({ step, state }) => step.startsWith('trial-') && openStepStates.includes(state));
  if (action === 'report_file' && !isTrialOpen) return 'No file is waited for now.';
  return null;
}
