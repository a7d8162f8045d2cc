import { sharingFiles } from '../../../db/queries/feeds/imports.ts';
import { type FeedRunRow, latestRuns } from '../../../db/queries/feeds/runLists.ts';
import type { FeedImportRow } from '../../../db/queries/feeds/runs.ts';
import type { Caller } from '../../../db/queries/keys.ts';
import { hasScope } from '../../server/auth.ts';
import type { ApiOptions } from '../../server/options.ts';
import { type FeedImport, type FeedImportSummary, type ImportAction, importActions } from './schemas.ts';

/** Feed imports as their readers see them. */
export async function summariesOf(
  { database: { db } }: ApiOptions,
  rows: FeedImportRow[],
): Promise<FeedImportSummary[]> {
  const ids = rows.map(({ id }) => id);
  const [shared, latest] = await Promise.all([sharingFiles(db, rows), latestRuns(db, ids)]);
  return rows.map((row) => summaryOf(row, shared.get(row.id) ?? [], latest.get(row.id)));
}

/** One of them, with what the caller may do with it now. */
export async function importView(options: ApiOptions, caller: Caller, row: FeedImportRow): Promise<FeedImport> {
  const [summary] = await summariesOf(options, [row]);
  return { ...summary!, allowedActions: actionsOf(options, caller, row) };
}

function summaryOf(row: FeedImportRow, shared: FeedImportRow[], lastRun: FeedRunRow | undefined): FeedImportSummary {
  const { pausedBy, pausedAt, pausedReason, endsOn, contractReference, endRequestedBy } = row;
  const isPaused = row.state === 'paused' && pausedBy && pausedAt && pausedReason;
  const isEnding = endsOn && contractReference && endRequestedBy;
  return {
    ...row,
    sftp: true,
    paused: isPaused ? { by: pausedBy, at: pausedAt, reason: pausedReason } : null,
    end: isEnding ? { effectiveOn: endsOn, contractReference, requestedBy: endRequestedBy } : null,
    scheduleIsCurrent: row.version === row.appliedVersion,
    lastRun: lastRun ?? null,
    sharesFilesWith: shared.map(metImport),
  };
}

export function metImport({ id, account, dealerName, dms, kind }: FeedImportRow) {
  return { id, account, dealerName, dms, kind, address: addressOf(id) };
}

export function addressOf(id: string): string {
  return `/v1/feeds/imports/${id}`;
}

const ended = 'The import has ended: create a new one to take the dealer’s files again.';
const notPaused = 'The import is not paused.';
const paused = 'The import is paused: resume it first.';
const inTrial =
  'The import is in its trial: its onboarding starts it when the first file is approved, and ends it when it is withdrawn.';
const noServer =
  'Feeds cannot connect to any server: whoever runs Dealerops must set FEED_SFTP_HOSTS and FEED_SECRETS_DIR.';

const notInTrial: readonly ImportAction[] = ['pause', 'end', 'run', 'backfill'];
const connecting: readonly ImportAction[] = ['change', 'test', 'run', 'dry_run', 'backfill'];

/** Why something cannot be done with an import as it is; null when it can. */
export function missingFor(
  { feeds }: Pick<ApiOptions, 'feeds'>,
  action: ImportAction,
  { state, endsOn }: Pick<FeedImportRow, 'state' | 'endsOn'>,
): string | null {
  if (state === 'ended') return ended;
  if (state === 'trial' && notInTrial.includes(action)) return inTrial;
  if (action === 'resume' && state !== 'paused') return notPaused;
  if (action === 'withdraw_end' && endsOn === null) return 'No end of the import was requested.';
  if ((action === 'run' || action === 'backfill') && state === 'paused') return paused;
  if (connecting.includes(action) && !feeds.sftp) return noServer;
  return null;
}

function actionsOf(options: ApiOptions, caller: Caller, row: FeedImportRow): FeedImport['allowedActions'] {
  const mayNot = hasScope(caller, ['feeds:write']) ? null : 'This needs an API key with the scope feeds:write.';
  return importActions.map((action) => ({ action, missing: mayNot ?? missingFor(options, action, row) }));
}
