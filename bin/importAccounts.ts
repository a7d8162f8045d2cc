import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { SingleBar } from 'cli-progress';
import { Command, CommanderError } from 'commander';
import { DrizzleQueryError } from 'drizzle-orm';
import { type Database, openDatabase } from '../db/client.ts';
import { type ImportedAccounts, importAccountLines, type StagedLine } from '../db/queries/accountsImport.ts';
import { accountColumns, accountsFileReader, rejectedColumns } from '../domain/shared/accountsCsv.ts';
import { csvLine } from '../domain/shared/csvCells.ts';
import { integrationNames } from '../domain/shared/vendors.ts';
import { ImportNotes } from '../service/importNotes.ts';
import { serviceDatabaseUrl } from '../service/serviceDatabase.ts';
import { refusedConnection, StartError } from '../service/startError.ts';
import { type TextLine, textLines } from '../service/textLines.ts';

const maxLineBytes = 64 * 1024;
const linesAtOnce = 1_000;

interface Summary extends ImportedAccounts {
  rejectedFile: string;
  notes: ImportNotes;
}

/**
 * Imports a file of accounts into the service's registry. What is rejected is written beside it, with line and reason; that
 * file can be corrected and imported.
 * @param onProgress told how many bytes have been read
 * @throws StartError when the file or the database cannot be used; then nothing was changed
 */
async function importAccounts(file: string, database: Database, onProgress: (bytes: number) => void): Promise<Summary> {
  const rejectedFile = `${file}.rejected.csv`;
  const unfinished = `${rejectedFile}.new`;
  const rejected = await openPrivately(unfinished).catch((error) => {
    throw new StartError(`${unfinished} cannot be written: ${error.code}`);
  });
  const notes = new ImportNotes(file);
  try {
    // The byte order mark tells spreadsheets that it is UTF-8.
    await rejected.write(`\uFEFF${csvLine([...rejectedColumns])}`);
    const done = await importAccountLines(database, readBatches(file, notes, onProgress), async (bad) => {
      const rows = bad.flatMap((one) => [
        ...notes.headersBefore(one.number).map(({ number, text }) => [number, 'header of the lines below', text]),
        [one.number, one.problem, one.text],
      ]);
      await rejected.write(rows.map(csvLine).join(''));
    });
    if (done.rejectedLines > 0) await rename(unfinished, rejectedFile);
    // One of an earlier import would speak of lines that are right now.
    else await rm(rejectedFile, { force: true });
    return { ...done, rejectedFile, notes };
  } finally {
    await rejected.close();
    await rm(unfinished, { force: true });
  }
}

/** Only its own account may read it; one that an import left behind when it was killed may have been readable by all. */
async function openPrivately(file: string): Promise<FileHandle> {
  await rm(file, { force: true });
  return open(file, 'wx', 0o600);
}

/** @throws StartError when the disk fails, or it is a folder */
async function* chunksOf(file: string, onProgress: (bytes: number) => void): AsyncGenerator<Buffer> {
  const stream = createReadStream(file);
  try {
    for await (const chunk of stream) {
      yield chunk;
      onProgress(stream.bytesRead);
    }
  } catch (error) {
    throw new StartError(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}

async function* readBatches(
  file: string,
  notes: ImportNotes,
  onProgress: (bytes: number) => void,
): AsyncGenerator<StagedLine[]> {
  const read = accountsFileReader();
  let batch: StagedLine[] = [];
  for await (const line of textLines(chunksOf(file, onProgress), maxLineBytes)) {
    const part = partOf(file, () => read(line.text, line.number));
    if (!part) continue;
    const { number } = line;
    if ('header' in part) {
      notes.header(number, part.header);
      continue;
    }
    const problem = problemOf(line) ?? ('problem' in part ? part.problem : null);
    if (!line.utf8 && problem === null) notes.notUtf8(number, 'line' in part ? part.line.name : undefined);
    const accountId = 'line' in part ? part.line.id : part.accountId;
    const usable = problem === null && 'line' in part ? part.line : null;
    batch.push({ number, accountId, line: usable, problem, text: part.text });
    if (batch.length < linesAtOnce) continue;
    yield batch;
    batch = [];
  }
  if (!notes.hasHeader) throw new StartError(`${file} is empty: its first line must be ${accountColumns.join(',')}`);
  if (batch.length > 0) yield batch;
}

function problemOf({ tooLong, damaged }: TextLine): string | null {
  if (tooLong) return `is longer than ${maxLineBytes} bytes`;
  return damaged ? 'mixes UTF-8 with bytes that are not UTF-8: correct its damaged characters' : null;
}

/** @throws StartError when a header cannot be understood */
function partOf<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new StartError(`${file} is not a file of accounts: ${(error as Error).message}`);
  }
}

/** What to do about an error, on one line. */
function importFailure(error: unknown): string {
  if (error instanceof StartError) return error.message;
  const unreachable = refusedConnection(error);
  if (unreachable) return unreachable;
  // Drizzle's own message repeats the row.
  const { code, message } = (error instanceof DrizzleQueryError ? error.cause : error) as NodeJS.ErrnoException;
  if (code === '42P01') return 'The database has no tables yet: run npm run migrate, or npm start, first';
  return `The database cannot be used: ${message || code}`;
}

/** Where CST is configured the registry is not asked; that is known where the service's settings are. */
function notInUse({ CST_URL, DATABASE_URL }: NodeJS.ProcessEnv): string[] {
  if (CST_URL) return ['CST_URL is set: dealers are looked up in CST, and here only once CST is no longer configured'];
  if (DATABASE_URL) return [];
  return ['npm start will not use these accounts: it asks its CST stand-in'];
}

/** Of accounts that were there already: what stays as it was stored, and what is gone. */
function replacedInWords({
  kept,
  withoutOldIntegrations: removed,
}: Pick<ImportedAccounts, 'kept' | 'withoutOldIntegrations'>): string[] {
  const stays = [
    kept.timeZone > 0 && `the time zone of ${kept.timeZone}`,
    kept.integrations > 0 && `integrations of ${kept.integrations}`,
  ].filter(Boolean);
  const said: string[] = [];
  if (stays.length > 0)
    said.push(`Left as stored, because the file does not say (number of accounts): ${stays.join(', ')}`);
  if (removed.accounts > 0) {
    const some = removed.first.map(({ account, integrations }) => `${account} (${integrations.join(', ')})`).join(', ');
    const more = removed.accounts > removed.first.length ? ` and ${removed.accounts - removed.first.length} more` : '';
    said.push(
      `Integrations removed, because the file has their columns and does not name them: ${some}${more}`,
      'To keep integrations, leave their columns out of the file',
    );
  }
  return said;
}

function summaryOf({ lines, added, replaced, rejectedLines, rejectedFile, notes, ...of }: Summary): string[] {
  const said = [`${lines} lines read: ${added} accounts added, ${replaced} replaced, ${rejectedLines} lines rejected`];
  if (rejectedLines > 0) {
    said.push(`The rejected lines, each with its reason: ${rejectedFile}`);
    said.push('Correct its column "text" and import that file');
  }
  said.push(...replacedInWords(of), ...notes.said());
  if (of.withoutProcedure.length > 0) {
    const some = of.withoutProcedure.map(({ integration, accounts }) => `${integration} (${accounts})`).join(', ');
    said.push(
      `No procedure for these vendors, so that their integrations cannot be canceled (number of accounts): ${some}`,
      `The vendors with a procedure are ${integrationNames.join(', ')}`,
    );
  }
  if (of.alikeIds.length > 0) {
    const some = of.alikeIds.map((ids) => ids.join(' and ')).join(', ');
    said.push(`These IDs differ only in upper and lower case, and are different accounts: ${some}`);
  }
  if (of.withoutParent.length > 0) {
    const some = of.withoutParent.map(({ account, parent }) => `${account} (${parent})`).join(', ');
    said.push(`These name a parent sales account that is not known, so that their DMS feeds cannot be ended: ${some}`);
  }
  return said;
}

async function run(file: string): Promise<void> {
  const { size } = await stat(file).catch((error) => {
    throw new StartError(
      error.code === 'ENOENT' ? `There is no file ${file}` : `${file} cannot be read: ${error.code}`,
    );
  });
  const database = openDatabase(serviceDatabaseUrl(), { max: 1, unlimited: true });
  const bar = process.stderr.isTTY
    ? new SingleBar({ format: '{bar} {percentage}% of {file}', stream: process.stderr })
    : undefined;
  try {
    bar?.start(size, 0, { file });
    const summary = await importAccounts(file, database, (bytes) => bar?.update(bytes));
    bar?.stop();
    for (const line of [...summaryOf(summary), ...notInUse(process.env)]) console.log(line);
    process.exitCode = summary.rejectedLines > 0 ? 1 : 0;
  } finally {
    bar?.stop();
    await database.close();
  }
}

const command = new Command('import-accounts')
  .description(
    'Imports accounts into the registry of the service; an account that is there already is replaced, but for what the file has no column for.',
  )
  .argument('<file>', `CSV with the columns ${accountColumns.join(',')}`)
  .addHelpText('after', '\nExit code: 0 all imported, 1 some lines rejected, 2 nothing imported.')
  .exitOverride()
  .action(run);
try {
  await command.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) console.error(importFailure(error));
  process.exitCode = error instanceof CommanderError && error.exitCode === 0 ? 0 : 2;
}
