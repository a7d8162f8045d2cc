/** Files in folders on somebody else's server. */

export interface RemoteEntry {
  name: string;
  kind: 'file' | 'folder' | 'link' | 'other';
  size: number;
  /** ISO 8601; servers tell whole seconds. */
  modifiedAt: string;
}

/** What a file was like when it was listed. */
export type FileState = Pick<RemoteEntry, 'size' | 'modifiedAt'>;

export function isSameState(one: FileState, other: FileState): boolean {
  return one.size === other.size && one.modifiedAt === other.modifiedAt;
}

/** What is wrong with a folder's path, or undefined. */
export function problemWithFolder(folder: string): string | undefined {
  if (folder.length > 1_000) return 'must have at most 1,000 characters';
  if (hasControls(folder)) return 'must not have line breaks or other control characters';
  if (folder.split('/').includes('..')) return 'must not have .. in it';
  return undefined;
}

/** Why a file of this name cannot be taken, or undefined. A server may list any bytes. @internal exported for tests */
export function problemWithEntryName(name: string): string | undefined {
  if (name === '' || name === '.' || name === '..' || name.includes('/')) return 'Its name is not a file’s name';
  if (name.includes('\uFFFD')) return 'Its name is not in UTF-8, so that the file cannot be asked for';
  if (hasControls(name)) return 'Its name has a line break or another control character';
  if (Buffer.byteLength(name) > 255) return 'Its name is longer than 255 bytes';
  return undefined;
}

/**
 * The path of a file in a folder, which may end with a slash; an empty folder is the one that the server begins with.
 * @throws RangeError for a folder or name that has a problem
 */
export function remotePath(folder: string, name: string): string {
  const problem = problemWithFolder(folder) ?? problemWithEntryName(name);
  if (problem) throw new RangeError(problem);
  const stem = folder.replace(/\/+$/, '');
  if (stem === '') return folder.startsWith('/') ? `/${name}` : name;
  return `${stem}/${name}`;
}

function hasControls(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
