import { WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy } from '@temporalio/common';
import {
  CancelledFailure,
  ChildWorkflowFailure,
  executeChild,
  isCancellation,
  workflowInfo,
} from '@temporalio/workflow';
import { v5 as uuidOf } from 'uuid';
import type { FeedKind } from '../../domain/feeds/feeds.ts';
import { type FileLocation, locationOfAnswers, onboardedImportId, trialStep } from '../../domain/feeds/onboarding.ts';
import { importFeedWorkflow } from '../../domain/feeds/workflowStarts.ts';
import { together } from '../shared/together.ts';
import { whileOpen } from '../shared/whileOpen.ts';
import { onboardingActions, onboardingQueries, onboardingRecords, records } from './activities.ts';
import type { FeedRunResult } from './feedRun.ts';
import { importFeed } from './importFeed.ts';
import type { Onboarding } from './onboarding.ts';
import { notCompleted } from './onboardingRequest.ts';

/** The steps from the dealer's permission to the daily sync. */

/** One feed import for each kind: where the dealer's other files arrive, or where a person says. */
export async function createImports(onboarding: Onboarding): Promise<void> {
  const step = 'first-file';
  const { procedure, received, of } = onboarding;
  const { onboardingId } = of;
  procedure.begin(step);
  const known = await procedure.run.once(step, () =>
    onboardingQueries.knownLocation.executeWithOptions({ summary: 'Where do other files of the dealer arrive?' }, [
      { onboardingId },
    ]),
  );
  let found: FoundLocation | null = known && { ...known, by: 'dealerops' };
  for (let reason: string | undefined; ; ) {
    found ??= (await reportedLocation(onboarding)) ?? (await locationByPerson(onboarding, reason));
    if (!found) continue;
    const { at: location, by, evidence } = found;
    const { problem } = await procedure.run.once(step, () =>
      onboardingActions.createOnboardedImports.executeWithOptions({ summary: 'Create the feed imports' }, [
        { onboardingId, kinds: received.kinds, location, by },
      ]),
    );
    if (problem === undefined) {
      procedure.done(step, by, evidence);
      return;
    }
    reason = problem;
    found = null;
  }
}

interface FoundLocation {
  at: FileLocation;
  by: string;
  evidence: string;
}

/** What somebody has reported since this was asked last; null where nobody has. */
async function reportedLocation({ received, procedure: { run } }: Onboarding): Promise<FoundLocation | null> {
  return run.once('first-file', async () => {
    const { location } = received;
    received.location = undefined;
    return location ? { ...location, evidence: `${location.at.directory} on ${location.at.host}` } : null;
  });
}

async function locationByPerson(onboarding: Onboarding, reason: string | undefined): Promise<FoundLocation | null> {
  const outcome = await onboarding.task('first-file', { kind: 'first-file', reason });
  if (outcome.how === 'not_completed') throw notCompleted(outcome.by);
  if (outcome.how === 'done') {
    const { by, evidence, answers } = outcome;
    return { at: locationOfAnswers(answers), by, evidence };
  }
  return reportedLocation(onboarding);
}

/** Tries the first file of each kind until a person approves it; a team lead may leave a kind out, but not all. */
export async function tryFirstFiles(onboarding: Onboarding): Promise<FeedKind[]> {
  const approved: FeedKind[] = [];
  const { kinds } = onboarding.received;
  await together(
    ...kinds.map((kind) => async () => {
      if (await tryFirstFile(onboarding, kind)) approved.push(kind);
    }),
  );
  if (approved.length === 0) throw notCompleted('dealerops');
  return kinds.filter((kind) => approved.includes(kind));
}

/** @returns whether it was approved */
async function tryFirstFile(onboarding: Onboarding, feedKind: FeedKind): Promise<boolean> {
  const step = trialStep[feedKind];
  const { procedure } = onboarding;
  let seen: string | undefined;
  /** Since when a file is expected: other files in the folder do not put it off. */
  let from: string | undefined;
  for (let nth = 1; ; nth += 1) {
    onboarding.waitFor(step, 'sftp_server', `a ${feedKind} file`);
    from ??= await procedure.run.once(step, async () => new Date().toISOString());
    const found = await untilNewFiles(onboarding, feedKind, { seen, from });
    if ('seen' in found) {
      seen = found.seen;
      const { requestId, workflowId, outcome, reason = '' } = await tried(onboarding, feedKind, nth);
      // Only files of the other kind.
      if (outcome === 'no_files') continue;
      from = undefined;
      if (outcome !== 'failed' && outcome !== 'not_run') {
        const decided = await onboarding.task(step, { kind: 'trial-approval', feedKind, runWorkflowId: workflowId });
        if (decided.how !== 'done') return false;
        const { by, answers, evidence } = decided;
        if (answers.decision === 'approve') {
          procedure.done(step, by, evidence);
          return true;
        }
        await onboarding.tellProResponse(step, {
          ...{ what: 'correction', kind: feedKind, trial: requestId },
          problem: String(answers.note),
        });
        continue;
      }
      if (!(await unblocked(onboarding, feedKind, reason))) return false;
      // The same files are tried again.
      seen = undefined;
    } else {
      from = undefined;
      if (!(await unblocked(onboarding, feedKind, found.problem))) return false;
    }
  }
}

/** Daily, without an event; at once where somebody says that a file is there. */
async function untilNewFiles(
  onboarding: Onboarding,
  kind: FeedKind,
  { seen, from }: { seen?: string; from: string },
): Promise<{ seen: string } | { problem: string }> {
  const step = trialStep[kind];
  const importId = onboardedImportId(onboarding.of.onboardingId, kind);
  const { run } = onboarding.procedure;
  return run.once(step, async () => {
    for (;;) {
      const { looks } = onboarding;
      const found = await whileOpen(
        () => onboarding.looks !== looks,
        () =>
          onboardingQueries.untilNewFiles.executeWithOptions({ summary: `Look daily for a ${kind} file` }, [
            { importId, seen, from },
          ]),
      );
      if (found) return found;
    }
  });
}

/** Reads the files as an import would, and stores nothing of them. */
async function tried(
  { of: { onboardingId, account, dms }, procedure: { run } }: Onboarding,
  kind: FeedKind,
  nth: number,
): Promise<FeedRunResult & { requestId: string; workflowId: string }> {
  const id = onboardedImportId(onboardingId, kind);
  // Another workflow may go on with the onboarding: it begins with the first trial again.
  const requestId = uuidOf(`trial/${nth}/${workflowInfo().firstExecutionRunId}`, id);
  const start = {
    ...importFeedWorkflow({ id, account, dms, kind }, { trigger: 'trial', requestId }),
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
  };
  const result = await run.once(trialStep[kind], () =>
    run.during(() => executeChild(importFeed, start).catch(stoppedInTemporal)),
  );
  return { ...result, requestId, workflowId: start.workflowId };
}

function stoppedInTemporal(error: unknown): FeedRunResult {
  // Such as of a run before a reset, which goes on.
  if (error instanceof WorkflowExecutionAlreadyStartedError)
    return { outcome: 'failed', reason: 'another run of the trial is still in progress' };
  if (!(error instanceof ChildWorkflowFailure) || isCancellation(error)) throw error;
  return { outcome: 'failed', reason: 'the run of the trial was stopped in Temporal' };
}

/** A person does what keeps the trial from being carried out. @returns false where a team lead leaves the kind out */
async function unblocked(onboarding: Onboarding, feedKind: FeedKind, reason: string): Promise<boolean> {
  const outcome = await onboarding.task(trialStep[feedKind], { kind: 'trial-blocked', feedKind, reason });
  return outcome.how !== 'not_completed';
}

/** Activities must not be among the leads that the dealer sends to a CRM. */
export async function excludeFromLeadExport(onboarding: Onboarding): Promise<void> {
  const step = 'lead-export';
  const { procedure, of } = onboarding;
  procedure.begin(step, 'cst');
  const { sendsLeads, evidence, by } = await procedure.run.once(step, () =>
    onboardingQueries.leadExportOf.executeWithOptions({ summary: 'Does the dealer send leads to a CRM?' }, [
      { account: of.account },
    ]),
  );
  if (sendsLeads === 'no') {
    procedure.done(step, by, evidence);
    return;
  }
  const isLeadExportUnclear = sendsLeads === 'unknown' || undefined;
  const outcome = await onboarding.task(step, { kind: 'exclude-from-lead-export', isLeadExportUnclear });
  if (outcome.how === 'not_completed') throw notCompleted(outcome.by);
  if (outcome.how === 'closed') throw new CancelledFailure(outcome.reason);
  procedure.done(step, outcome.by, outcome.evidence);
}

/** From now on the files are taken daily. @param approved the kinds whose first file was approved */
export async function startDailySync(onboarding: Onboarding, approved: readonly FeedKind[]): Promise<void> {
  const step = 'schedules';
  const { procedure, of } = onboarding;
  const { onboardingId } = of;
  procedure.begin(step);
  const { evidence } = await procedure.run.once(step, () =>
    onboardingRecords.startOnboardedImports.executeWithOptions({ summary: 'Start the feed imports' }, [
      { onboardingId, kinds: [...approved] },
    ]),
  );
  for (const kind of approved) {
    const importId = onboardedImportId(onboardingId, kind);
    await procedure.run.once(step, () =>
      records.applySchedule.executeWithOptions({ summary: `Make the schedule of ${kind}` }, [{ importId }]),
    );
  }
  procedure.done(step, 'dealerops', evidence);
}
