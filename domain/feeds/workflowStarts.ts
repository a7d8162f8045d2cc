import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/common';
import type { ScheduledWorkflow, ScheduleKey } from '../shared/schedules.ts';
import { bulkTaskQueue, taskQueue } from '../shared/taskQueues.ts';
import { type FeedDms, type FeedKind, type FeedRunTrigger, feedDmsTitles } from './feeds.ts';
import type {
  ApplyFeedImportStart,
  EndFeedImportStart,
  FeedProblem,
  ImportCorrectedRowsStart,
  ImportFeedStart,
  ResolveFeedProblemStart,
  WatchEndedImportStart,
} from './messages.ts';
import { feedSearchAttributes } from './searchAttributes.ts';

/** How the feeds' workflows are started. */

/** What of a feed import its workflows are started with. */
export interface ImportIdentity {
  id: string;
  account: string;
  dms: FeedDms;
  kind: FeedKind;
}

/** For people, such as `IDS sales, dealer D-1001`. */
export function importTitle({ account, dms, kind }: Omit<ImportIdentity, 'id'>): string {
  return `${feedDmsTitles[dms]} ${kind}, dealer ${account}`;
}

/** @param requestId a UUID: the same request again is the same run */
export function importFeedWorkflow(
  of: ImportIdentity,
  {
    requestId,
    ...start
  }: { requestId: string; trigger: Exclude<FeedRunTrigger, 'schedule'> } & Pick<ImportFeedStart, 'by' | 'directory'>,
) {
  return {
    workflowId: `feeds/import/${of.id}/${requestId}`,
    workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
    taskQueue: bulkTaskQueue,
    args: [{ importId: of.id, account: of.account, ...start }] satisfies [ImportFeedStart],
    typedSearchAttributes: feedSearchAttributes({ ...of, stage: 'listing', waitingOn: 'sftp_server' }),
    staticSummary: `Import of ${importTitle(of)}`,
  };
}

/** @param requestId a UUID: the same request again is the same workflow */
export function importCorrectedRowsWorkflow(
  of: ImportIdentity,
  { requestId, ...start }: { requestId: string; by: string; ids?: string[] },
) {
  return {
    workflowId: `feeds/corrections/${of.id}/${requestId}`,
    workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
    taskQueue: bulkTaskQueue,
    args: [{ importId: of.id, account: of.account, dms: of.dms, kind: of.kind, ...start }] satisfies [
      ImportCorrectedRowsStart,
    ],
    typedSearchAttributes: feedSearchAttributes({ ...of, stage: 'in_progress', waitingOn: 'nobody' }),
    staticSummary: `Rejected rows of ${importTitle(of)}`,
  };
}

/** Of the import's schedule. */
export function importSchedule(importId: string): ScheduleKey {
  return { process: 'feeds', key: `import/${importId}` };
}

/** What the import's schedule runs once per local date. */
export function scheduledImport(of: ImportIdentity): ScheduledWorkflow {
  const start: ImportFeedStart = { importId: of.id, account: of.account, trigger: 'schedule' };
  return {
    type: 'importFeed',
    taskQueue: bulkTaskQueue,
    args: [start],
    summary: `Import of ${importTitle(of)}`,
    searchAttributes: feedSearchAttributes({ ...of, stage: 'listing', waitingOn: 'sftp_server' }),
  };
}

/** Started again, such as by several who find the same version, it is one workflow. */
export function applyFeedImportWorkflow(of: ImportIdentity & { version: number }) {
  return {
    workflowId: `feeds/apply/${of.id}/${of.version}`,
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    taskQueue,
    args: [{ importId: of.id, version: of.version }] satisfies [ApplyFeedImportStart],
    typedSearchAttributes: feedSearchAttributes({ ...of, stage: 'in_progress', waitingOn: 'nobody' }),
    staticSummary: `Schedule of ${importTitle(of)}`,
  };
}

/** Started by `signalWithStart` each time the end is requested, moved or withdrawn: it reads the date from the import. */
export function endFeedImportWorkflow(of: ImportIdentity) {
  return {
    workflowId: `feeds/end/${of.id}`,
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    taskQueue,
    args: [{ importId: of.id, account: of.account, dms: of.dms, kind: of.kind }] satisfies [EndFeedImportStart],
    signal: 'endChanged',
    typedSearchAttributes: feedSearchAttributes({ ...of, stage: 'waiting', waitingOn: 'date' }),
    staticSummary: `End of ${importTitle(of)}`,
  };
}

/** Started when an import has ended; started again it is one workflow. */
export function endedImportWatch(of: ImportIdentity) {
  return {
    workflowId: `feeds/after-end/${of.id}`,
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    taskQueue,
    args: [{ importId: of.id, account: of.account, dms: of.dms, kind: of.kind }] satisfies [WatchEndedImportStart],
    typedSearchAttributes: feedSearchAttributes({ ...of, stage: 'waiting', waitingOn: 'sftp_server' }),
    staticSummary: `After the end of ${importTitle(of)}`,
  };
}

/** Started by `signalWithStart` with `occurred`. */
export function feedProblemWorkflow(of: ImportIdentity, problem: FeedProblem) {
  return {
    workflowId: feedProblemWorkflowId(of.id, problem),
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    taskQueue,
    args: [{ importId: of.id, account: of.account, dms: of.dms, kind: of.kind, problem }] satisfies [
      ResolveFeedProblemStart,
    ],
    typedSearchAttributes: feedSearchAttributes({ ...of, stage: 'waiting', waitingOn: 'feeds' }),
    staticSummary: `A problem of ${importTitle(of)}`,
  };
}

export function feedProblemWorkflowId(importId: string, problem: FeedProblem): string {
  return `feeds/problem/${importId}/${problem}`;
}
