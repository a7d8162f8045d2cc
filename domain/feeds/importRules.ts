import type { FeedDms, FeedImportSettings, FeedKind } from './feeds.ts';
import { fileRule } from './fileNames.ts';

/** Rules of feed imports' settings that concern several of them, and imports that could take each other's files. */

export interface SettingsFault {
  field: keyof FeedImportSettings;
  message: string;
}

type Combined = Pick<FeedImportSettings, 'deleteFromServer' | 'moveTo' | 'directory' | 'password' | 'privateKey'>;

/** What does not fit together. */
export function faultsOfSettings(settings: Combined): SettingsFault[] {
  const { deleteFromServer, moveTo, directory, password, privateKey } = settings;
  const faults: SettingsFault[] = [];
  if (password === null && privateKey === null)
    faults.push({ field: 'password', message: 'is missing: name the secret of a password or of a privateKey' });
  if (password !== null && privateKey !== null)
    faults.push({ field: 'privateKey', message: 'cannot be combined with password: give one of the two' });
  if (moveTo !== null && deleteFromServer)
    faults.push({ field: 'moveTo', message: 'cannot be combined with deleteFromServer: a file is deleted or moved' });
  if (moveTo !== null && folderKey(moveTo) === folderKey(directory))
    faults.push({ field: 'moveTo', message: 'is the directory itself: the file would be taken again each day' });
  return faults;
}

/**
 * A folder's path in a form that is the same for all that may mean the same folder: servers may begin at the root or in the
 * account's own folder, and may treat upper and lower case alike. The index `feed_imports_by_server` has the same in SQL.
 */
export function folderKey(folder: string): string {
  return folder.replace(/^\/+|\/+$/g, '').toLowerCase();
}

/** What of an import decides which files it takes. */
export interface TakenFiles
  extends Pick<FeedImportSettings, 'host' | 'port' | 'directory' | 'moveTo' | 'filename' | 'regex'> {
  /** The dealer's. */
  account: string;
  dms: FeedDms;
  kind: FeedKind;
}

/**
 * How the files of two imports meet. `shared`: both are one dealer's and would take the same names, and the header tells whose a file
 * is. `same_files`: they would, and nothing tells it, as no file names its dealer. `moved`: one would take what the other has moved
 * away.
 */
export function meetingOf(one: TakenFiles, other: TakenFiles): 'shared' | 'same_files' | 'moved' | undefined {
  if (one.host !== other.host || one.port !== other.port) return undefined;
  const [here, there] = [folderKey(one.directory), folderKey(other.directory)];
  const isMovedInto = (moveTo: string | null, directory: string) => moveTo !== null && folderKey(moveTo) === directory;
  if (isMovedInto(one.moveTo, there) || isMovedInto(other.moveTo, here)) return 'moved';
  if (here !== there || !mayMatchTheSame(one, other)) return undefined;
  return one.kind === other.kind || one.account !== other.account ? 'same_files' : 'shared';
}

type Names = Pick<TakenFiles, 'filename' | 'regex'>;

/** Whether a name may exist that both take; of two patterns it is not known, so they may. */
function mayMatchTheSame(one: Names, other: Names): boolean {
  if (!one.regex) return fileRule(other).matches(one.filename);
  return other.regex || fileRule(one).matches(other.filename);
}
