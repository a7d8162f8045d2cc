import { createHash, randomUUID } from 'node:crypto';
import { openBulkDatabase } from '../../db/bulk.ts';
import type { Database } from '../../db/client.ts';
import { type ImportedRows, importRows } from '../../db/queries/feeds/importRows.ts';
import type { FeedScope } from '../../db/queries/feeds/scope.ts';
import type { FileRecord } from '../../db/queries/feeds/stageFile.ts';
import type { ActivityRow, RowCustomer, RowRejection } from '../../domain/feeds/feeds.ts';
import { type TestDatabase, testDatabase } from './database.ts';

/** A row of a file, or why it cannot be read: no parsing is tested here. */
export type TestRow = Omit<Partial<ActivityRow>, 'customer'> & { customer?: RowCustomer; bad?: RowRejection };

const bad: RowRejection = { column: 'SoldDate', code: 'bad_date', reason: 'is not a date' };
/** A row that cannot be read. */
export const badRow = (name: string): TestRow => ({ key: name, bad });

export interface ImportOptions {
  scope?: Partial<FeedScope>;
  /** Of the mapping: with another one each record has another hash. */
  version?: number;
  /** As another mapping reads it. */
  reads?(row: TestRow): TestRow;
  maxRejectedShare?: number;
  dryRun?: boolean;
  runId?: string;
  path?: string;
  fileId?: string;
  modifiedAt?: Date;
  signal?: AbortSignal;
  /** Before a batch of records is handed over. */
  beforeBatch?(index: number): Promise<unknown>;
  batchSize?: number;
  onProgress?(progress: { stage: string; rows: number }): void;
}

export interface FeedTables extends TestDatabase {
  bulk: Database;
  scope: FeedScope;
  /** Imports a file of these rows, from line 2 on. */
  importFile(rows: TestRow[], options?: ImportOptions): Promise<ImportedRows>;
}

const encrypt = (plain: Buffer) => Buffer.concat([Buffer.from('sealed:'), plain]);

/** A database with feeds' tables, and what imports into them. @param postgresUrl through which the imports run; the database's own when absent */
export async function feedTables(options: { through?: (url: string) => string } = {}): Promise<FeedTables> {
  const database = await testDatabase();
  const bulk = openBulkDatabase(options.through?.(database.url) ?? database.url);
  const scope: FeedScope = { importId: randomUUID(), account: 'D-1', dms: 'ids', type: 'sold_unit' };
  return {
    ...database,
    bulk,
    scope,
    importFile: (rows, its = {}) => importTestFile(bulk, { ...scope, ...its.scope }, rows, its),
    async close() {
      await bulk.close();
      await database.close();
    },
  };
}

export async function importTestFile(
  bulk: Database,
  scope: FeedScope,
  rows: TestRow[],
  its: ImportOptions = {},
): Promise<ImportedRows> {
  const { version = 1, dryRun = false, maxRejectedShare = 0.5, runId = randomUUID(), path = 'x_SL.csv', signal } = its;
  const texts = rows.map((row) => JSON.stringify(row));
  return importRows(bulk, {
    scope,
    header: ['SoldDate'],
    delimiter: ',',
    records: recordsOf(texts, version, its),
    read: (records) => records.map(({ bytes }) => readingOf(JSON.parse(bytes.toString()), its.reads)),
    file: {
      id: its.fileId ?? randomUUID(),
      importId: scope.importId,
      runId,
      path,
      size: texts.join('\n').length,
      modifiedAt: its.modifiedAt ?? new Date('2026-11-26T10:00:00Z'),
    },
    content: {
      sha256: createHash('sha256').update(texts.join('\n')).digest(),
      header: ['SoldDate'],
      encoding: 'utf-8',
    },
    maxRejectedShare,
    check: () => {},
    dryRun,
    encrypt,
    onProgress: its.onProgress,
    signal,
  });
}

async function* recordsOf(texts: string[], version: number, { beforeBatch, batchSize = 3 }: ImportOptions) {
  for (let at = 0; at < texts.length; at += batchSize) {
    await beforeBatch?.(at / batchSize);
    yield texts.slice(at, at + batchSize).map((text, index): FileRecord => {
      const bytes = Buffer.from(text);
      const hash = createHash('sha256').update(`${version}/${text}`).digest().subarray(0, 16);
      return { bytes, line: at + index + 2, hash };
    });
  }
}

function readingOf(given: TestRow, reads: (row: TestRow) => TestRow = (row) => row) {
  const { bad, key = '', occurredOn = '2026-01-31', customer = {}, ...row } = reads(given);
  return bad ? { rejection: bad } : { row: { key, occurredOn, customer, ...row } };
}

/** Contacts with the keys of their activities, and the activities, without what differs from run to run. */
export async function tableState({ pool }: Pick<Database, 'pool'>, account = 'D-1') {
  const { rows: contacts } = await pool.query(
    `select c.dms, c.customer_number as number, c.email, c.phone, c.first_name as first, c.last_name as last, c.company,
       c.postal_code as postal, c.name_key, array_agg(a.key order by a.key) filter (where a.key is not null) as keys
     from contacts c left join activities a on a.contact_id = c.id where c.account = $1 group by c.id`,
    [account],
  );
  const { rows: activities } = await pool.query(
    `select key, type, dms, occurred_on::text, amount_financed, term, monthly_payment, final_payment_on::text, work_order_number,
       is_number_derived, amount, vin, stock_number, unit_year, unit_make, unit_model, unit_type, description
     from activities where account = $1 order by key, type`,
    [account],
  );
  const texts = contacts.map((contact) => JSON.stringify(contact)).sort();
  return { contacts: texts.map((text) => JSON.parse(text)), activities };
}

/** By key: the contact's ID, its rule and how many it found. */
export async function contactsByKey({
  pool,
}: Pick<Database, 'pool'>): Promise<Record<string, [string, string, number]>> {
  const { rows } = await pool.query('select key, contact_id, contact_rule, contact_candidates from activities');
  return Object.fromEntries(
    rows.map(({ key, contact_id, contact_rule, contact_candidates }) => [
      key,
      [contact_id, contact_rule, contact_candidates],
    ]),
  );
}
