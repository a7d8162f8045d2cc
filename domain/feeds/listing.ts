import { isSameState, type RemoteEntry, remotePath } from '../shared/remoteFiles.ts';
import { shortLine } from '../shared/shortLine.ts';
import { type FileRule, fileRule, problemWithName } from './fileNames.ts';
import type { ListedFile } from './runs.ts';

/** Which files of a folder an import takes. */
export interface SortedFolder {
  /** The oldest first; those of the same time by name. */
  files: ListedFile[];
  /** They match, but cannot be asked for by their name. */
  unusable: { file: ListedFile; reason: string }[];
  /** In the folder's order. */
  others: { name: string; reason: string }[];
}

/** Longer than any path that a server takes. */
const longestPath = 1_500;

/** @param directory the folder that was listed */
export function sortFolder(entries: readonly RemoteEntry[], directory: string, rule: FileRule): SortedFolder {
  const { matches } = fileRule(rule);
  const sorted: SortedFolder = { files: [], unusable: [], others: [] };
  for (const { name, kind, size, modifiedAt } of entries) {
    if (name === '.' || name === '..') continue;
    const other = !matches(name)
      ? 'its name does not match'
      : kind === 'file'
        ? undefined
        : `it is a ${kindWords[kind]}`;
    const reason = problemWithName(name);
    if (other) sorted.others.push({ name: shortLine(name, longestPath), reason: other });
    else if (reason)
      sorted.unusable.push({ file: { path: shownPath(directory, name), size, modifiedAt }, reason: `It ${reason}` });
    else sorted.files.push({ path: remotePath(directory, name), size, modifiedAt });
  }
  sorted.files.sort(byAge);
  return sorted;
}

const kindWords = { folder: 'folder', link: 'link', other: 'special file' } as const;

/** For people: with such a name the file cannot be asked for. */
function shownPath(directory: string, name: string): string {
  return shortLine(`${directory.replace(/\/*$/, '/')}${name}`, longestPath);
}

/** The oldest first. */
export function byAge(one: ListedFile, other: ListedFile): number {
  if (one.modifiedAt !== other.modifiedAt) return one.modifiedAt < other.modifiedAt ? -1 : 1;
  if (one.path === other.path) return 0;
  return one.path < other.path ? -1 : 1;
}

/** The same file, as far as a listing tells. */
export function isSameFile(one: ListedFile, other: ListedFile): boolean {
  return one.path === other.path && isSameState(one, other);
}
