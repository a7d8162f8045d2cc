import { and, desc, eq, lt, or, type SQL, sql } from 'drizzle-orm';
import type { FeedDms, FeedImportSettings, FeedImportState, FeedKind } from '../../../domain/feeds/feeds.ts';
import { folderKey, meetingOf, type TakenFiles } from '../../../domain/feeds/importRules.ts';
import { feedVendor } from '../../../domain/feeds/searchAttributes.ts';
import type { Db } from '../../client.ts';
import { feedImports } from '../../schema/feeds.ts';
import { type Acting, changesOf } from '../administration.ts';
import { type AuditEvent, recordEvent } from '../events.ts';
import { type FeedImportRow, importById } from './runs.ts';

/** Feed imports: which files are taken of which dealer. Each change is a new version, with its event in the audit trail. */

/** As the indexes of them have it. */
const isCurrent = sql`${feedImports.state} <> 'ended'`;

type StoredSettings = Omit<FeedImportSettings, 'sftp'>;

export interface NewFeedImport extends StoredSettings {
  id: string;
  account: string;
  dealerName: string;
  timeZone: string;
  dms: FeedDms;
  kind: FeedKind;
  /** Active when absent. */
  state?: FeedImportState & 'trial';
}

/** Why an import cannot be as it was asked for. */
export type ImportConflict =
  /** The dealer has this one of the same DMS and kind. */
  | { conflict: 'exists'; other: FeedImportRow }
  /** This one would take the same files, and nothing tells whose they are. */
  | { conflict: 'same_files' | 'moved'; other: FeedImportRow };

/**
 * Enters a feed import; entered again with the same ID it stays as it is.
 * @returns the import, and whether it is new
 */
export async function createFeedImport(
  db: Db,
  entered: NewFeedImport,
  acting: Acting,
): Promise<{ row: FeedImportRow; isNew: boolean } | ImportConflict> {
  return db.transaction(async (tx) => {
    await oneAtATime(tx);
    const known = await importById(tx, entered.id);
    if (known) return { row: known, isNew: false };
    const current = and(
      eq(feedImports.account, entered.account),
      eq(feedImports.dms, entered.dms),
      eq(feedImports.kind, entered.kind),
      isCurrent,
    );
    const [other] = await tx.select().from(feedImports).where(current);
    if (other) return { conflict: 'exists', other };
    const conflict = await conflictOf(tx, entered);
    if (conflict) return conflict;
    const [row] = await tx
      .insert(feedImports)
      .values({ ...entered, createdBy: acting.by })
      .returning();
    const { id: _id, account: _account, dealerName: _name, ...detail } = entered;
    await recordEvent(tx, eventOf(row!, acting, 'Feed import created', changesOf(undefined, detail)));
    return { row: row!, isNew: true };
  });
}

type ImportChanges = Partial<
  StoredSettings &
    Pick<
      FeedImportRow,
      | ('state' | 'activeSince' | 'pausedBy' | 'pausedReason' | 'pausedAt')
      | ('endsOn' | 'contractReference' | 'endRequestedBy' | 'endedAt')
    >
>;

/** What the audit trail says of a change. */
interface Said {
  action: string;
  /** What has changed when absent. */
  detail?: string | null;
}

/**
 * Changes a feed import.
 * @param change decides by the row as it is now; it may throw, and nothing changes then
 * @returns the import as it is now; undefined where there is no such import
 */
export async function changeFeedImport(
  db: Db,
  id: string,
  acting: Acting,
  change: (row: FeedImportRow) => { to: ImportChanges } & Said,
): Promise<{ row: FeedImportRow; isChanged: boolean } | ImportConflict | undefined> {
  return db.transaction(async (tx) => {
    await oneAtATime(tx);
    const [row] = await tx.select().from(feedImports).where(eq(feedImports.id, id)).for('update');
    if (!row) return undefined;
    const { to, action, detail } = change(row);
    const changes = changesOf(row, to);
    if (changes === '') return { row, isChanged: false };
    const conflict = await conflictOf(tx, { ...row, ...to });
    if (conflict) return conflict;
    const [changed] = await tx
      .update(feedImports)
      .set({ ...to, version: row.version + 1 })
      .where(eq(feedImports.id, id))
      .returning();
    await recordEvent(tx, eventOf(changed!, acting, action, detail === undefined ? changes : detail));
    return { row: changed!, isChanged: true };
  });
}

/** Two that come at once must see each other. There are few, and each takes milliseconds. */
async function oneAtATime(tx: Db): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('feed_imports'))`);
}

/** Which other import would take the files of this one, or moves its files to where this one takes them. */
export async function conflictOf(
  tx: Db,
  files: TakenFiles & { id: string; state?: FeedImportState },
): Promise<ImportConflict | undefined> {
  if (files.state === 'ended') return undefined;
  for (const other of await nearby(tx, [files])) {
    const meeting = other.id === files.id ? undefined : meetingOf(files, other);
    if (meeting === 'same_files' || meeting === 'moved') return { conflict: meeting, other };
  }
  return undefined;
}

/** Of each of these imports: the others that take files of the same folder and name, whose kinds the header tells apart. */
export async function sharingFiles(
  db: Db,
  imports: readonly (TakenFiles & { id: string; state: FeedImportState })[],
): Promise<Map<string, FeedImportRow[]>> {
  const current = imports.filter(({ state }) => state !== 'ended');
  const others = await nearby(db, current);
  return new Map(
    current.map((one) => [one.id, others.filter((other) => other.id !== one.id && meetingOf(one, other) === 'shared')]),
  );
}

/** Imports with a folder on the same server that one of these has too. */
async function nearby(
  db: Db,
  imports: readonly Pick<TakenFiles, 'host' | 'port' | 'directory' | 'moveTo'>[],
): Promise<FeedImportRow[]> {
  if (imports.length === 0) return [];
  const { host, port, directory, moveTo } = feedImports;
  const key = (folder: typeof directory | typeof moveTo): SQL => sql`lower(trim(both '/' from ${folder}))`;
  const isNear = imports.map((one) => {
    const folders = [one.directory, one.moveTo].flatMap((folder) => (folder === null ? [] : [folderKey(folder)]));
    const here = and(eq(host, one.host), eq(port, one.port));
    return or(
      ...folders.map((folder) => and(here, sql`${key(directory)} = ${folder}`)),
      and(here, sql`${moveTo} is not null`, sql`${key(moveTo)} = ${folderKey(one.directory)}`),
    );
  });
  return db
    .select()
    .from(feedImports)
    .where(and(isCurrent, or(...isNear)))
    .orderBy(feedImports.createdAt, feedImports.id);
}

export interface FeedImportFilter {
  account?: string;
  dms?: FeedDms;
  kind?: FeedKind;
  state?: FeedImportState;
  before?: { createdAt: Date; id: string };
  limit: number;
}

/** The newest first. */
export async function listFeedImports(
  db: Db,
  { account, dms, kind, state, before, limit }: FeedImportFilter,
): Promise<FeedImportRow[]> {
  const { createdAt, id } = feedImports;
  return db
    .select()
    .from(feedImports)
    .where(
      and(
        account === undefined ? undefined : eq(feedImports.account, account),
        dms && eq(feedImports.dms, dms),
        kind && eq(feedImports.kind, kind),
        state && eq(feedImports.state, state),
        before && or(lt(createdAt, before.createdAt), and(eq(createdAt, before.createdAt), lt(id, before.id))),
      ),
    )
    .orderBy(desc(createdAt), desc(id))
    .limit(limit);
}

/** What changes of an import that is paused. */
export function pauseChanges(pausedBy: string, pausedReason: string, pausedAt: Date): ImportChanges {
  return { state: 'paused', pausedBy, pausedReason, pausedAt };
}

/** What changes of an import that is resumed. */
export function resumeChanges(activeSince: Date): ImportChanges {
  return { state: 'active', activeSince, pausedBy: null, pausedReason: null, pausedAt: null };
}

/** A dealer's imports that have not ended. */
export async function currentImports(db: Db, account: string): Promise<FeedImportRow[]> {
  return db
    .select()
    .from(feedImports)
    .where(and(eq(feedImports.account, account), isCurrent))
    .orderBy(feedImports.createdAt, feedImports.id);
}

function eventOf(
  { id, version, account, dms }: FeedImportRow,
  acting: Acting,
  action: string,
  detail: string | null,
): AuditEvent {
  const vendor = feedVendor(dms);
  return { id: `feeds/${id}/${version}`, process: 'feeds', subject: id, account, vendor, ...acting, action, detail };
}
