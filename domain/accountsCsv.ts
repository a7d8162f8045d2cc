import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { Account, AccountIntegration } from './accounts.ts';
import { AccountId } from './inputs.ts';

/**
 * Accounts as lines of CSV. Each line has at most one CRM and one DMS integration; several lines with one ID are one account
 * with the integrations of all. A field cannot hold a line break, so that a quote which is not closed spoils one line only.
 */

/** The columns, in any order; the first three must be there. */
export const accountColumns = [
  'id',
  'name',
  'effective_status',
  'parent_sales_account_id',
  'time_zone',
  'crm_vendor',
  'crm_id',
  'dms_vendor',
  'dms_id',
] as const;
type Column = (typeof accountColumns)[number];

/** How the file's lines are to be read. */
export interface AccountsHeader {
  delimiter: ',' | ';' | '\t';
  columns: Column[];
}

const blankIsAbsent = <T extends z.ZodType>(schema: T) =>
  z.preprocess((text) => (text === '' ? undefined : text), schema.optional());

/** What one line says of its account; what is left blank is another line's to say. */
const AccountLine = z.object({
  id: AccountId,
  name: blankIsAbsent(Account.shape.name),
  effectiveStatus: blankIsAbsent(Account.shape.effectiveStatus),
  parentSalesAccountId: blankIsAbsent(AccountId),
  timeZone: blankIsAbsent(Account.shape.timeZone.unwrap()),
  integrations: z.array(AccountIntegration),
});
export type AccountLine = z.infer<typeof AccountLine>;

/** A line that can be used, or why not; `accountId` is then as far as it can be told. */
export type ReadLine = { line: AccountLine } | { problem: string; accountId: string | null };

const columnOf: Record<string, Column> = {
  id: 'id',
  name: 'name',
  effectiveStatus: 'effective_status',
  parentSalesAccountId: 'parent_sales_account_id',
  timeZone: 'time_zone',
};

/**
 * Reads the line with the columns' names, which tells the delimiter too: comma, semicolon or tab.
 * @throws Error that names the columns that are missing, unknown or there twice
 */
export function readAccountsHeader(text: string): AccountsHeader {
  const delimiter = ([',', ';', '\t'] as const).find((one) => text.includes(one)) ?? ',';
  const names = fieldsOf(text, delimiter).map((name) => name.trim().toLowerCase());
  const unknown = names.filter((name) => !(accountColumns as readonly string[]).includes(name));
  const missing = accountColumns.slice(0, 3).filter((name) => !names.includes(name));
  const twice = names.filter((name, at) => names.indexOf(name) < at);
  const wrong = [
    missing.length > 0 && `has no column ${missing.join(', ')}`,
    unknown.length > 0 && `has unknown columns: ${unknown.map((name) => JSON.stringify(name.slice(0, 40))).join(', ')}`,
    twice.length > 0 && `has the column ${twice.join(', ')} twice`,
  ].filter(Boolean);
  if (wrong.length > 0)
    throw new Error(`The first line ${wrong.join(', and ')}; the columns are ${accountColumns.join(',')}`);
  return { delimiter, columns: names as Column[] };
}

/** Reads one line; null when it is blank, as spreadsheets leave at the end. */
export function readAccountLine(text: string, { delimiter, columns }: AccountsHeader): ReadLine | null {
  const broken = (problem: string): ReadLine => ({ problem, accountId: guessId(text, { delimiter, columns }) });
  let fields: string[];
  try {
    fields = fieldsOf(text, delimiter);
  } catch (error) {
    return broken(quoteProblem((error as { code?: string }).code));
  }
  if (fields.every((field) => field.trim() === '')) return null;
  if (fields.length !== columns.length)
    return broken(`has ${fields.length} fields, where the first line has ${columns.length} columns`);
  if (/[\p{Cc}\uFFFD]/u.test(fields.join(''))) return broken('holds a character that cannot be read');
  const value = (column: Column) => fields[columns.indexOf(column)]?.trim() ?? '';

  const integrations: AccountIntegration[] = [];
  for (const kind of ['crm', 'dms'] as const) {
    const [vendor, dealerId] = [value(`${kind}_vendor`), value(`${kind}_id`)];
    if (vendor === '' && dealerId === '') continue;
    if (vendor === '') return broken(`${kind}_vendor is missing for ${kind}_id ${dealerId.slice(0, 64)}`);
    if (dealerId === '') return broken(`${kind}_id is missing for ${kind}_vendor ${vendor.slice(0, 64)}`);
    const read = AccountIntegration.safeParse({ kind, vendor, dealerId });
    if (!read.success) {
      const at = read.error.issues[0]!.path[0] === 'vendor' ? `${kind}_vendor` : `${kind}_id`;
      return broken(`${at}: ${read.error.issues[0]!.message}`);
    }
    integrations.push(read.data);
  }
  const read = AccountLine.safeParse({
    id: value('id'),
    name: value('name'),
    effectiveStatus: value('effective_status'),
    parentSalesAccountId: value('parent_sales_account_id'),
    timeZone: value('time_zone'),
    integrations,
  });
  if (read.success) return { line: read.data };
  const { path, message } = read.error.issues[0]!;
  return broken(`${columnOf[String(path[0])] ?? path.join('.')}: ${message}`);
}

/** The account that these lines (all of one ID, each with its number in the file) make together, or why they do not. */
export function accountOfLines(
  lines: { number: number; line: AccountLine }[],
): { account: Account } | { problem: string } {
  const integrations = new Map<string, { number: number; integration: AccountIntegration }>();
  for (const { number, line } of lines) {
    for (const integration of line.integrations) {
      const name = `${integration.kind}/${integration.vendor}`;
      const other = integrations.get(name);
      if (other && other.integration.dealerId !== integration.dealerId)
        return { problem: `${name} has different IDs in the lines ${other.number} and ${number}` };
      integrations.set(name, other ?? { number, integration });
    }
  }
  const said: Record<string, string> = {};
  for (const field of ['name', 'effectiveStatus', 'parentSalesAccountId', 'timeZone'] as const) {
    const telling = lines.filter(({ line }) => line[field] !== undefined);
    const [first] = telling;
    const other = telling.find(({ line }) => line[field] !== first?.line[field]);
    if (first && other)
      return { problem: `${columnOf[field]} differs in the lines ${first.number} and ${other.number}` };
    if (first) said[field] = first.line[field]!;
    else if (field === 'name' || field === 'effectiveStatus') return { problem: `${columnOf[field]} is missing` };
  }
  const account = Account.safeParse({
    id: lines[0]!.line.id,
    ...said,
    integrations: [...integrations.values()].map(({ integration }) => integration),
  });
  if (account.success) return { account: account.data };
  const { path, message } = account.error.issues[0]!;
  return { problem: `${path.join('.')}: ${message}` };
}

/** One line of CSV with these fields, all quoted. */
export function csvLine(fields: (string | number)[]): string {
  return `${fields.map((field) => `"${String(field).replaceAll('"', '""')}"`).join(',')}\r\n`;
}

function fieldsOf(text: string, delimiter: string): string[] {
  if (!text.includes('"')) return text.split(delimiter);
  const [fields] = parse(text, { delimiter, relax_column_count: true });
  return fields ?? [];
}

function quoteProblem(code: string | undefined): string {
  return code === 'CSV_QUOTE_NOT_CLOSED'
    ? 'has a quote that is not closed (a field cannot hold a line break)'
    : 'has a quote in the middle of a field: put the whole field in quotes, and double the quote inside';
}

/** Of a line that cannot be read, so that the rest of its account is not taken for the whole. */
function guessId(text: string, { delimiter, columns }: AccountsHeader): string | null {
  const field = text.split(delimiter)[columns.indexOf('id')] ?? '';
  const read = AccountId.safeParse(field.replace(/^[\s"]+|[\s"]+$/g, ''));
  return read.success ? read.data : null;
}
