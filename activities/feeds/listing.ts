import { randomUUID } from 'node:crypto';
import { keepUnusable, settledFiles } from '../../db/queries/feeds/listing.ts';
import type { FeedImportRow } from '../../db/queries/feeds/runs.ts';
import { byAge, isSameFile, type SortedFolder, sortFolder } from '../../domain/feeds/listing.ts';
import { type FileResult, type ListedFile, nothingDone } from '../../domain/feeds/runs.ts';
import type { FeedContext } from './context.ts';
import { withFeedServer } from './server.ts';
import { theImport } from './theImport.ts';
import { assertIsTaken } from './whyNotTaken.ts';

/** A history takes no longer answers; those after them are told of when a person has decided about these. */
const mostUnusable = 1_000;

interface Folder {
  importId: string;
  /** Instead of the import's own. */
  directory?: string;
  isDry: boolean;
}

/** What is in the folder of a feed import. */
export function listingActivities({ database: { db }, feeds }: FeedContext) {
  async function look({ importId, directory, isDry }: Folder): Promise<{ row: FeedImportRow; folder: SortedFolder }> {
    const row = await theImport(db, importId);
    assertIsTaken(row, isDry);
    const place = directory ?? row.directory;
    const listed = await withFeedServer(feeds, row, (session) => session.list(place));
    return { row, folder: sortFolder(listed, place, row) };
  }

  return {
    /**
     * Files that match and are to be looked at, the oldest first. Those of which a person has decided that they are left out are
     * not, and where files stay on the server, none that was taken as it is now.
     * @param after the file behind which to begin
     * @param most files of one answer
     * @returns `matched`: how many there are from there on; `unusable`: set aside since nobody can ask for them by their name
     */
    async listFolder({
      runId,
      after,
      most,
      ...of
    }: Folder & { runId: string; after?: ListedFile; most: number }): Promise<{
      files: ListedFile[];
      matched: number;
      more: boolean;
      unusable: FileResult[];
    }> {
      const { row, folder } = await look(of);
      const isSettled = await settledFiles(db, row);
      const files = folder.files.filter((file) => (!after || byAge(file, after) > 0) && !isSettled(file));
      const unusable: FileResult[] = [];
      const left = after ? [] : folder.unusable.filter(({ file }) => !isSettled(file));
      for (const { file, reason } of left.slice(0, mostUnusable)) {
        const fileId = of.isDry
          ? undefined
          : await keepUnusable(db, { id: randomUUID(), importId: row.id, runId, reason, ...file });
        unusable.push({ fileId, state: 'set_aside', reason, ...nothing });
      }
      return { files: files.slice(0, most), matched: files.length, more: files.length > most, unusable };
    },

    /** Which of these files are as they were, and how those are now that have changed; those that are gone are left out. */
    async lookAgain({
      files,
      ...of
    }: Folder & { runId: string; files: ListedFile[] }): Promise<{ steady: ListedFile[]; changing: ListedFile[] }> {
      const { folder } = await look(of);
      const before = new Map(files.map((file) => [file.path, file]));
      const now = folder.files.filter(({ path }) => before.has(path));
      const isSteady = (file: ListedFile) => isSameFile(file, before.get(file.path)!);
      return { steady: now.filter(isSteady), changing: now.filter((file) => !isSteady(file)) };
    },
  };
}

const nothing = { counts: nothingDone.counts, contactsFound: 0, contactsCreated: 0 };
