import type { MockActivityEnvironment } from '@temporalio/testing';
import type { FeedContext } from '../../activities/feeds/context.ts';
import { importFileActivities } from '../../activities/feeds/importFile.ts';
import type { FileImport, FileResult, ListedFile } from '../../domain/feeds/runs.ts';

export interface OneFile {
  importId: string;
  runId: string;
  file: ListedFile;
}

/** Imports a file and removes it from the server, as a run does. */
export async function takeFile(
  environment: MockActivityEnvironment,
  context: Omit<FeedContext, 'dealers'>,
  { importId, runId, file }: OneFile,
): Promise<FileResult> {
  const { importFile, removeFile } = importFileActivities(context as FeedContext);
  const given = { importId, runId, file, isDry: false };
  const result = await environment.run<[FileImport], FileResult, typeof importFile>(importFile, given);
  await environment.run(removeFile, { importId, fileId: result.fileId!, file });
  return result;
}
