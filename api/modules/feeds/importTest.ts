import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import { settledFiles } from '../../../db/queries/feeds/listing.ts';
import type { FeedImportRow } from '../../../db/queries/feeds/runs.ts';
import type { FeedKind } from '../../../domain/feeds/feeds.ts';
import { sortFolder } from '../../../domain/feeds/listing.ts';
import { longestHeader } from '../../../domain/feeds/reading/header.ts';
import { identifyFeed } from '../../../domain/feeds/reading/open.ts';
import { isOfServer, type ListedFile } from '../../../domain/feeds/runs.ts';
import type { FeedServer } from '../../../domain/feeds/server.ts';
import type { ApiOptions, App } from '../../server/options.ts';
import { Problem } from '../../server/problems.ts';
import { Time } from '../../server/time.ts';
import { feedImport, ImportId } from './imports.ts';
import { missingFor } from './importView.ts';

const longestTestMs = 30_000;
const [mostHeaders, mostOthers] = [20, 200];

const headerKinds = ['sales', 'service', 'both', 'neither', 'empty', 'unreadable'] as const;
const TestedFile = z
  .object({
    name: z.string(),
    size: z.int().min(0).nullable().describe('Bytes; null of one that does not match'),
    modifiedAt: Time.nullable(),
    header: z
      .enum(headerKinds)
      .nullable()
      .describe('Whose file it is by its header; null where that was not looked at'),
    isTaken: z.boolean().describe('Whether a run would take it now'),
    reason: z.string().nullable().describe('Why it would not be taken'),
  })
  .meta({ id: 'TestedFeedFile' });
type TestedFile = z.output<typeof TestedFile>;

const FeedImportTest = z
  .object({
    works: z.boolean(),
    problem: z
      .object({ code: z.string().describe('Such as SftpUnauthorized or SftpHostKeyChanged'), message: z.string() })
      .nullable()
      .describe('Why the server cannot be used, and what to do'),
    files: z.array(TestedFile).describe('What is in the folder: those that would be taken first'),
    more: z.boolean().describe(`Whether the folder has more than the first ${mostOthers} files that are not taken`),
  })
  .meta({ id: 'FeedImportTest' });
type FeedImportTest = z.output<typeof FeedImportTest>;

export async function importTestRoutes(app: App, options: ApiOptions): Promise<void> {
  app.post(
    '/v1/feeds/imports/:id/test',
    {
      handlerTimeout: longestTestMs + 5_000,
      config: { scope: 'feeds:write', cost: 4 },
      schema: {
        tags: ['feeds'],
        operationId: 'testFeedImport',
        summary: 'Connect to the import’s server now, and say what a run would take and why not the rest',
        description: `Checks the host key, signs in, lists the folder and reads the headers of up to ${mostHeaders} files; nothing is taken or changed. It ends after ${longestTestMs / 1_000} seconds. A server that cannot be used is an answer too: \`works\` is false.`,
        params: ImportId,
        response: { 200: FeedImportTest },
        problems: [404, 409],
      },
    },
    async ({ params }) => {
      const row = await feedImport(options, params.id);
      const missing = missingFor(options, 'test', row);
      if (missing) throw new Problem(409, options.feeds.sftp ? 'conflict' : 'not-configured', missing);
      return test(options, row);
    },
  );
}

async function test(options: ApiOptions, row: FeedImportRow): Promise<FeedImportTest> {
  const signal = AbortSignal.timeout(longestTestMs);
  try {
    const server = await options.openFeedServer(row, { signal });
    try {
      return { works: true, problem: null, ...(await look(options, row, server)) };
    } finally {
      await server.close();
    }
  } catch (error) {
    if (signal.aborted) {
      const message = `The test did not end within ${longestTestMs / 1_000} seconds: the server is slow, or does not answer.`;
      return { works: false, problem: { code: 'SftpTimedOut', message }, files: [], more: false };
    }
    if (!(error instanceof ApplicationFailure)) throw error;
    return { works: false, problem: { code: error.type ?? '', message: error.message }, files: [], more: false };
  }
}

async function look(
  { database: { db } }: ApiOptions,
  row: FeedImportRow,
  server: FeedServer,
): Promise<Pick<FeedImportTest, 'files' | 'more'>> {
  const folder = sortFolder(await server.list(row.directory), row.directory, row);
  const isSettled = await settledFiles(db, row);
  const matching: TestedFile[] = [];
  let headers = 0;
  for (const file of folder.files) {
    if (isSettled(file)) matching.push(fileOf(file, { reason: 'It was taken, or left out, as it is now.' }));
    else if (headers >= mostHeaders)
      matching.push(fileOf(file, { reason: `Only the headers of ${mostHeaders} files are looked at.` }));
    else {
      headers += 1;
      matching.push(await headerOf(row, server, file));
    }
  }
  const unusable = folder.unusable.map(({ file, reason }) => fileOf(file, { reason: `${reason}.` }));
  const others = folder.others.map(({ name, reason }): TestedFile => {
    const said = `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
    return { name, size: null, modifiedAt: null, header: null, isTaken: false, reason: said };
  });
  const rest = [...matching.filter(({ isTaken }) => !isTaken), ...unusable, ...others];
  const taken = matching.filter(({ isTaken }) => isTaken);
  return { files: [...taken, ...rest.slice(0, mostOthers)], more: rest.length > mostOthers };
}

async function headerOf({ dms, kind }: FeedImportRow, server: FeedServer, file: ListedFile): Promise<TestedFile> {
  let head: Uint8Array;
  try {
    head = await server.head(file.path, longestHeader, file);
  } catch (error) {
    // It may have been taken away since the folder was listed.
    if (!(error instanceof ApplicationFailure) || isOfServer(error.type ?? undefined)) throw error;
    return fileOf(file, { reason: `${error.message}.` });
  }
  const { is, reason } = identifyFeed(Buffer.from(head), dms);
  return fileOf(file, { header: is, reason: is === kind ? null : (whyNot(is, kind) ?? reason!) });
}

function whyNot(is: (typeof headerKinds)[number], kind: FeedKind): string | undefined {
  if (is === 'unreadable') return undefined;
  if (is === 'empty') return 'It is empty: a run takes it, and has nothing to import.';
  if (is === 'both') return 'Its header has columns of sales and of service files: it is set aside for a person.';
  if (is === 'neither') return 'Its header is of neither a sales nor a service file: it is set aside for a person.';
  return `Its header is of the other kind: it is left for another import than that of ${kind}.`;
}

function fileOf(
  { path, size, modifiedAt }: ListedFile,
  { header = null, reason }: { header?: TestedFile['header']; reason: string | null },
): TestedFile {
  const name = path.split('/').at(-1) ?? path;
  return { name, size, modifiedAt: new Date(modifiedAt), header, isTaken: reason === null, reason };
}
