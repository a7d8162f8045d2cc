import { z } from 'zod';
import { Account, AccountIntegration, EnteredAccount, TimeZone } from './accounts.ts';
import { cellsOf, type Delimiter, delimiters, withoutTextMark } from './csvCells.ts';
import { cleanIdentifier } from './identifiers.ts';
import { AccountId } from './inputs.ts';
import { integrationKey, integrationKinds } from './vendors.ts';

/**
 * Accounts as lines of CSV. Each line has at most one CRM and one DMS integration; several lines with one ID are one account
 * with the integrations of all. A field cannot hold a line break, so that a quote which is not closed spoils one line only.
 */

/** The columns, in any order; the first four must be there, and what the others would say stays as it is stored. Upper and lower case, blanks and punctuation do not matter. */
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
  'fortellis_org_id',
  'package',
  'level',
] as const;
type Column = (typeof accountColumns)[number];

/** The columns of the file of rejected lines, which can be corrected and imported: `text` is the line as it was. */
export const rejectedColumns = ['line', 'reason', 'text'] as const;

/** How the lines are to be read; one header counts until the next, as in a file that was put together of two exports. */
interface AccountsHeader {
  delimiter: Delimiter;
  columns: readonly Column[];
}

const blankIsAbsent = <T extends z.ZodType>(schema: T) =>
  z.preprocess((text) => (text === '' ? undefined : text), schema.optional());

/** What one line says of its account; what is left blank is another line's to say. */
const AccountLine = z.object({
  id: AccountId,
  name: blankIsAbsent(Account.shape.name),
  effectiveStatus: blankIsAbsent(Account.shape.effectiveStatus),
  parentSalesAccountId: blankIsAbsent(AccountId),
  timeZone: blankIsAbsent(TimeZone),
  package: blankIsAbsent(Account.shape.package),
  level: blankIsAbsent(Account.shape.level),
  integrations: z.array(AccountIntegration),
  /** The kinds of integrations that the file has columns for. */
  kinds: z.array(z.enum(integrationKinds)),
  namesFortellisOrg: z.boolean(),
});
export type AccountLine = z.infer<typeof AccountLine>;

/** A line that can be used, or why not; `accountId` is then as far as it can be told. */
type ReadLine = { line: AccountLine } | { problem: string; accountId: string | null };

const columnOf: Record<string, Column> = {
  id: 'id',
  name: 'name',
  effectiveStatus: 'effective_status',
  parentSalesAccountId: 'parent_sales_account_id',
  timeZone: 'time_zone',
  package: 'package',
  level: 'level',
};

/** `Effective Status`, `effective-status` and `EffectiveStatus` are one name. */
const foldedName = (name: string) => name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
const columnsByName = new Map(accountColumns.map((column) => [foldedName(column), column]));

/** What a line is: a header, by its text, or one that can or cannot be used; its text is that of the line itself. */
export type AccountsFilePart = { header: string } | (ReadLine & { text: string });

/**
 * Reads a file line by line: a first line `sep=;`, headers, also another one in the middle, and the file of rejected
 * lines, once they are corrected.
 * @returns of each line what it is; null when it says nothing
 * @throws Error that names what is wrong with a header: no line after it could be understood
 */
export function accountsFileReader(): (text: string, number: number) => AccountsFilePart | null {
  let separator: Delimiter | undefined;
  let header: AccountsHeader | undefined;
  /** The file of rejected lines has each line in a cell of its own. */
  let outer: Delimiter | undefined;

  const ofAccounts = (text: string, number: number): AccountsFilePart | null => {
    if (!header || isAccountsHeader(text)) {
      header = readAccountsHeader(text, { separator, what: header ? `Line ${number}, a header again,` : undefined });
      separator = undefined;
      return { header: text };
    }
    const read = readAccountLine(text, header);
    return read && { ...read, text };
  };

  return (text, number) => {
    if (text.trim() === '') return null;
    const named = separatorOf(text);
    if (named) {
      separator = named;
      return null;
    }
    const rejected = delimiters.find((one) => isRejectedHeader(text, one));
    if (rejected) {
      outer = rejected;
      return null;
    }
    if (!outer) return ofAccounts(text, number);
    const inner = innerLine(text, outer);
    const innerIsHeader = typeof inner === 'string' && isAccountsHeader(inner);
    if (!innerIsHeader && isAccountsHeader(text)) {
      outer = undefined;
      return ofAccounts(text, number);
    }
    if (typeof inner === 'object') return { ...inner, accountId: null, text };
    return inner.trim() === '' ? null : ofAccounts(inner, number);
  };
}

/** @returns the line in the cell `text`, or why there is none */
function innerLine(text: string, delimiter: Delimiter): string | { problem: string } {
  try {
    const cells = cellsOf(text, delimiter);
    if (cells.slice(3).every((cell) => cell.trim() === '')) return withoutTextMark(cells[2] ?? '');
    return { problem: `has ${cells.length} cells, where the columns are ${rejectedColumns.join(',')}` };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

/** Of a line `sep=;`, as Excel writes and reads it. @throws Error for one that we do not know */
function separatorOf(text: string): Delimiter | undefined {
  const [, named] = /^\uFEFF?"?sep=(.)"?[,;\t|]*$/i.exec(text) ?? [];
  if (named === undefined) return undefined;
  const known = delimiters.find((one) => one === named);
  if (known) return known;
  throw new Error(`The line ${JSON.stringify(text)} names a separator that is not one of , ; | and tab`);
}

function namesIn(text: string, delimiter: Delimiter): string[] {
  try {
    const names = cellsOf(text, delimiter).map(foldedName);
    while (names.at(-1) === '') names.pop();
    return names;
  } catch {
    return [];
  }
}

function isRejectedHeader(text: string, delimiter: Delimiter): boolean {
  return text.length < 200 && namesIn(text, delimiter).join() === rejectedColumns.join();
}

const knownIn = (text: string, delimiter: Delimiter) =>
  namesIn(text, delimiter).filter((name) => columnsByName.has(name)).length;

/** Two of our columns' names in one line: no dealer's line has them. */
function isAccountsHeader(text: string): boolean {
  const pieces = text.split(/[,;\t|]/);
  if (pieces.filter((piece) => piece.length < 60 && columnsByName.has(foldedName(piece))).length < 2) return false;
  return delimiters.some((one) => knownIn(text, one) >= 2);
}

/**
 * Reads a line with the columns' names, which tells the delimiter too, unless a line before it has.
 * @param told.what how the line is called in a message; the first one when absent
 * @throws Error that names the columns that are missing, unknown or there twice
 * @internal exported for tests
 */
export function readAccountsHeader(
  text: string,
  { separator, what = 'The first line' }: { separator?: Delimiter; what?: string } = {},
): AccountsHeader {
  const most = Math.max(...delimiters.map((one) => knownIn(text, one)));
  const delimiter =
    separator ??
    delimiters.find((one) => most > 0 && knownIn(text, one) === most && text.includes(one)) ??
    delimiters.find((one) => text.includes(one)) ??
    ',';
  const given = cellsOfHeader(text, delimiter, what).map((name) => name.trim());
  while (given.at(-1) === '') given.pop();
  const columns = given.map((name) => columnsByName.get(foldedName(name)));
  const unknown = given.filter((_name, at) => columns[at] === undefined);
  const missing = accountColumns.slice(0, 4).filter((name) => !columns.includes(name));
  const twice = columns.filter((name, at) => name && columns.indexOf(name) < at);
  const wrong = [
    missing.length > 0 && `has no column ${missing.join(', ')}`,
    unknown.length > 0 && `has unknown columns: ${unknown.map((name) => JSON.stringify(name.slice(0, 40))).join(', ')}`,
    twice.length > 0 && `has the column ${twice.join(', ')} twice`,
  ].filter(Boolean);
  if (wrong.length > 0) throw new Error(`${what} ${wrong.join(', and ')}; the columns are ${accountColumns.join(',')}`);
  return { delimiter, columns: columns as Column[] };
}

function cellsOfHeader(text: string, delimiter: Delimiter, what: string): string[] {
  try {
    return cellsOf(text, delimiter);
  } catch (error) {
    throw new Error(`${what} ${(error as Error).message}`);
  }
}

/**
 * Reads one line; null when it is blank, as spreadsheets leave at the end.
 * @internal exported for tests
 */
export function readAccountLine(text: string, header: AccountsHeader): ReadLine | null {
  const { columns } = header;
  const broken = (problem: string): ReadLine => ({ problem, accountId: guessId(text, header) });
  let cells: string[];
  try {
    cells = cellsOf(text, header.delimiter).map(plainCell);
  } catch (error) {
    return broken((error as Error).message);
  }
  if (cells.every((cell) => cell === '')) return null;
  const shape = shapeProblem(cells, columns);
  if (shape) return broken(shape);
  if (/[^\P{Cc}\t]|\uFFFD/u.test(cells.join(''))) return broken('holds a character that cannot be read');
  const value = (column: Column) => cells[columns.indexOf(column)] ?? '';

  const integrations: AccountIntegration[] = [];
  for (const kind of integrationKinds) {
    const [vendor, dealerId] = [value(`${kind}_vendor`), value(`${kind}_id`)];
    const fortellisOrgId = kind === 'dms' ? value('fortellis_org_id') : '';
    const given = dealerId ? `${kind}_id ${dealerId}` : fortellisOrgId && `fortellis_org_id ${fortellisOrgId}`;
    if (vendor === '' && given === '') continue;
    if (vendor === '') return broken(`${kind}_vendor is missing for ${given.slice(0, 80)}`);
    if (dealerId === '') return broken(`${kind}_id is missing for ${kind}_vendor ${vendor.slice(0, 64)}`);
    const read = AccountIntegration.safeParse({ kind, vendor, dealerId, ...(fortellisOrgId && { fortellisOrgId }) });
    if (!read.success) {
      const { path, message } = read.error.issues[0]!;
      const columns: Record<string, string> = { vendor: `${kind}_vendor`, fortellisOrgId: 'fortellis_org_id' };
      return broken(`${columns[String(path[0])] ?? `${kind}_id`}: ${message}`);
    }
    integrations.push(read.data);
  }
  const read = AccountLine.safeParse({
    id: value('id'),
    name: value('name'),
    effectiveStatus: value('effective_status'),
    parentSalesAccountId: value('parent_sales_account_id'),
    timeZone: value('time_zone'),
    package: value('package'),
    level: value('level'),
    integrations,
    kinds: integrationKinds.filter((kind) => columns.includes(`${kind}_vendor`)),
    namesFortellisOrg: columns.includes('fortellis_org_id'),
  });
  if (read.success) return { line: read.data };
  const { path, message } = read.error.issues[0]!;
  return broken(`${columnOf[String(path[0])] ?? path.join('.')}: ${message}`);
}

/** Without what marks it as a text for a spreadsheet; blank when nothing can be seen in it. */
function plainCell(cell: string): string {
  const text = withoutTextMark(cell.trim())
    .replace(/^="([^"]*)"$/, '$1')
    .trim();
  return cleanIdentifier(text) === '' ? '' : text;
}

/**
 * Spreadsheets leave out blank cells at the end of a line, or add some. But a line that ends before the parent's column may
 * have been cut off there, and without its parent a dealer's own status would be the gate.
 */
function shapeProblem(cells: string[], columns: readonly Column[]): string | null {
  if (cells.slice(columns.length).some((cell) => cell !== ''))
    return `has ${cells.length} fields, where the header has ${columns.length} columns`;
  const needed = ['id', 'name', 'effective_status', 'parent_sales_account_id'] as const;
  const absent = needed.find((column) => columns.indexOf(column) >= cells.length);
  return absent
    ? `has ${cells.length} fields and ends before ${absent}: a blank cell says that there is none, a missing one does not`
    : null;
}

/**
 * The account that these lines (all of one ID, each with its number in the file) make together, or why they do not. What the
 * file has no column for is left out, and so are a time zone, a package and a level that are blank.
 */
export function accountOfLines(
  lines: { number: number; line: AccountLine }[],
): { account: EnteredAccount } | { problem: string } {
  const integrations = new Map<string, { number: number; integration: AccountIntegration }>();
  for (const { number, line } of lines) {
    for (const integration of line.integrations) {
      const name = integrationKey(integration);
      const other = integrations.get(name);
      const differs = (field: 'dealerId' | 'fortellisOrgId') =>
        other?.integration[field] && integration[field] && other.integration[field] !== integration[field];
      if (differs('dealerId'))
        return { problem: `${name} has different IDs in the lines ${other!.number} and ${number}` };
      if (differs('fortellisOrgId'))
        return { problem: `fortellis_org_id differs in the lines ${other!.number} and ${number}` };
      // A line that leaves the organization blank leaves it to another one.
      const says = !other || (integration.fortellisOrgId && !other.integration.fortellisOrgId);
      if (says) integrations.set(name, { number, integration });
    }
  }
  // A blank cell in every line says that there is no parent; the column itself is always there.
  const said: Record<string, string | null> = { parentSalesAccountId: null };
  for (const field of ['name', 'effectiveStatus', 'parentSalesAccountId', 'timeZone', 'package', 'level'] as const) {
    const telling = lines.filter(({ line }) => line[field] !== undefined);
    const [first] = telling;
    const other = telling.find(({ line }) => line[field] !== first?.line[field]);
    if (first && other)
      return { problem: `${columnOf[field]} differs in the lines ${first.number} and ${other.number}` };
    if (first) said[field] = first.line[field]!;
    else if (field === 'name' || field === 'effectiveStatus') return { problem: `${columnOf[field]} is missing` };
  }
  const kinds = integrationKinds.filter((kind) => lines.some(({ line }) => line.kinds.includes(kind)));
  const account = EnteredAccount.safeParse({
    id: lines[0]!.line.id,
    ...said,
    ...(kinds.length > 0 && { integrations: [...integrations.values()].map(({ integration }) => integration) }),
  });
  const keepsFortellisOrgId = !lines.some(({ line }) => line.namesFortellisOrg);
  if (account.success) return { account: { ...account.data, kinds, keepsFortellisOrgId } };
  const { path, message } = account.error.issues[0]!;
  return { problem: `${path.join('.')}: ${message}` };
}

/** Of a line that cannot be read, so that the rest of its account is not taken for the whole. */
function guessId(text: string, { delimiter, columns }: AccountsHeader): string | null {
  const cell = text.split(delimiter)[columns.indexOf('id')] ?? '';
  const read = AccountId.safeParse(plainCell(cell).replace(/^[\s"]+|[\s"]+$/g, ''));
  return read.success ? read.data : null;
}
