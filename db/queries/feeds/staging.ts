import type pg from 'pg';
import type { ActivityRow, RowCustomer, RowRejection } from '../../../domain/feeds/feeds.ts';
import { absent, type CopyIn, copied, copyIn } from './copy.ts';
import type { Queries } from './scope.ts';

/** The temporary tables in which a file's rows wait until all of them are there; they end with the transaction. */

/** Of an activity, with the names that `staged` has too. */
export const activityColumns = [
  'occurred_on',
  'amount_financed',
  'term',
  'monthly_payment',
  'final_payment_on',
  'work_order_number',
  'is_number_derived',
  'amount',
  'vin',
  'stock_number',
  'unit_year',
  'unit_make',
  'unit_model',
  'unit_type',
  'description',
] as const;

/**
 * `unit` is what a row's customer is known by best, after a digit: 1 the customer number, 2 the email, 3 the phone, 4 name and postal
 * code, 5 nothing, so that it is the activity's key. `customer` is all that the row says of them (`customerText`).
 */
const stagedColumns = ['line', 'record_hash', 'key', 'unit', 'customer', 'is_file_date', ...activityColumns];

export async function createStaging(client: Queries): Promise<void> {
  // Compared byte by byte, so that what is chosen by content is the same in every database.
  await client.query(`
    create temp table staged (
      line integer not null, record_hash bytea not null, key text collate "C" not null,
      unit text collate "C" not null, customer text collate "C" not null,
      occurred_on date not null, is_file_date boolean not null, amount_financed numeric(14, 2), term integer, monthly_payment numeric(14, 2),
      final_payment_on date, work_order_number text, is_number_derived boolean not null, amount numeric(14, 2),
      vin text, stock_number text, unit_year smallint, unit_make text, unit_model text, unit_type text, description text
    ) on commit drop`);
  await client.query(`
    create temp table staged_rejections (
      record_hash bytea not null, line integer not null, column_name text, code text, reason text, raw bytea
    ) on commit drop`);
}

/** Takes rows into `staged`; one COPY on the client at a time. */
export function copyRows(client: pg.PoolClient): CopyIn {
  return copyIn(client, `copy staged (${stagedColumns.join(', ')}) from stdin`);
}

export const unitKinds = { number: 1, email: 2, phone: 3, name: 4, none: 5 } as const;

/** A row in COPY's text format. */
export function stagedRow(row: ActivityRow, line: number, hash: Buffer): string {
  const fields = [
    line,
    `\\\\x${hash.toString('hex')}`,
    copied(row.key),
    copied(unitOf(row)),
    copied(customerText(row.customer)),
    row.isFileDate ? 't' : 'f',
    row.occurredOn,
    row.amountFinanced ?? absent,
    row.term ?? absent,
    row.monthlyPayment ?? absent,
    row.finalPaymentOn ?? absent,
    copied(row.workOrderNumber),
    row.isNumberDerived ? 't' : 'f',
    row.amount ?? absent,
    copied(row.vin),
    copied(row.stockNumber),
    row.unitYear ?? absent,
    copied(row.unitMake),
    copied(row.unitModel),
    copied(row.unitType),
    copied(row.description),
  ];
  return `${fields.join('\t')}\n`;
}

/** Between the fields of `customerText`, and between what identifies the customer and the names as they are written. */
export const fieldEnd = '\x1f';
export const identityEnd = '\x1e';

function unitOf({ customer: { number, email, phone, nameKey, postalCode }, key }: ActivityRow): string {
  if (number !== undefined) return `${unitKinds.number}${number}`;
  if (email !== undefined) return `${unitKinds.email}${email}`;
  if (phone !== undefined) return `${unitKinds.phone}${phone}`;
  if (nameKey !== undefined && postalCode !== undefined)
    return `${unitKinds.name}${field(nameKey)}${fieldEnd}${field(postalCode)}`;
  return `${unitKinds.none}${key}`;
}

function customerText({
  number,
  email,
  phone,
  nameKey,
  postalCode,
  firstName,
  lastName,
  company,
}: RowCustomer): string {
  const identity = `${field(number)}${fieldEnd}${field(email)}${fieldEnd}${field(phone)}${fieldEnd}${field(nameKey)}${fieldEnd}${field(postalCode)}`;
  return `${identity}${identityEnd}${field(firstName)}${fieldEnd}${field(lastName)}${fieldEnd}${field(company)}`;
}

const separator = new RegExp(`[${fieldEnd}${identityEnd}]`);
const separators = new RegExp(separator, 'g');
/** An index takes no longer ones. */
const longestField = 300;

function field(value: string | undefined): string {
  if (value === undefined) return '';
  const text = value.length > longestField ? value.slice(0, longestField) : value;
  return separator.test(text) ? text.replaceAll(separators, ' ') : text;
}

/** A record that is rejected, or that was and is not any more. */
export interface StagedRejection {
  hash: Buffer;
  line: number;
  rejection?: RowRejection;
  /** Encrypted; absent where it is in `feed_rejected_rows`. */
  raw?: Buffer;
}

export async function stageRejections(client: Queries, all: StagedRejection[]): Promise<void> {
  if (all.length === 0) return;
  await client.query(
    `insert into staged_rejections
     select * from unnest($1::bytea[], $2::int[], $3::text[], $4::text[], $5::text[], $6::bytea[])`,
    [
      all.map(({ hash }) => hash),
      all.map(({ line }) => line),
      all.map(({ rejection }) => withoutNul(rejection?.column)),
      all.map(({ rejection }) => rejection?.code),
      all.map(({ rejection }) => withoutNul(rejection?.reason)),
      all.map(({ raw }) => raw),
    ],
  );
}

const withoutNul = (text: string | undefined) => text?.replaceAll('\0', '');
