import type { MockActivityEnvironment } from '@temporalio/testing';
import type { FeedContext } from '../../activities/feeds/context.ts';
import { importFileActivities } from '../../activities/feeds/importFile.ts';
import type { FileImport, FileRemoval, FileResult, ListedFile } from '../../domain/feeds/runs.ts';

export interface OneFile {
  importId: string;
  runId: string;
  file: ListedFile;
}

/** Imports a file, as a run does. */
export function importFile(
  environment: MockActivityEnvironment,
  context: Omit<FeedContext, 'dealers'>,
  of: OneFile,
): Promise<FileResult> {
  const { importFile } = importFileActivities(context as FeedContext);
  return environment.run<[FileImport], FileResult, typeof importFile>(importFile, { ...of, isDry: false });
}

export function removeFile(
  environment: MockActivityEnvironment,
  context: Omit<FeedContext, 'dealers'>,
  of: FileRemoval,
): Promise<void> {
  return environment.run(importFileActivities(context as FeedContext).removeFile, of);
}

/** Imports a file and removes it from the server, as a run does. */
export async function takeFile(
  environment: MockActivityEnvironment,
  context: Omit<FeedContext, 'dealers'>,
  of: OneFile,
): Promise<FileResult> {
  const result = await importFile(environment, context, of);
  await removeFile(environment, context, { importId: of.importId, fileId: result.fileId!, file: of.file });
  return result;
}
