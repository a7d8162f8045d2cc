import { drizzle } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { type Account, completeAccount, type EnteredAccount } from '../../domain/shared/accounts.ts';
import { type AccountLine, accountOfLines } from '../../domain/shared/accountsCsv.ts';
import { integrationKey, integrationNames } from '../../domain/shared/vendors.ts';
import { type Database, schema } from '../client.ts';
import { lockAccounts, saveAccounts } from './accounts.ts';
import { changesOf, commandLine, recordAdministration } from './administration.ts';

/** A line of the file: what it says, or why it cannot be used. */
export interface StagedLine {
  number: number;
  accountId: string | null;
  line: AccountLine | null;
  problem: string | null;
  /** As it is in the file. */
  text: string;
}

interface WrittenAccounts {
  added: number;
  replaced: number;
  /** Of the replaced ones: those whose time zone, or whose integrations of a kind, the file leaves out, so that they stay. */
  kept: { timeZone: number; integrations: number };
  /** Accounts that had integrations which the file's cells do not name any more: how many, and the first few. */
  withoutOldIntegrations: { accounts: number; first: { account: string; integrations: string[] }[] };
}

export interface ImportedAccounts extends WrittenAccounts {
  lines: number;
  rejectedLines: number;
  /** Accounts whose parent sales account nobody knows, so that their gate would wait; the first few. */
  withoutParent: { account: string; parent: string }[];
  /** Vendors that cannot be canceled, the most frequent first, with how many accounts have them. */
  withoutProcedure: { integration: string; accounts: number }[];
  /** IDs, of the file and the registry, that differ in upper and lower case only; the first few. */
  alikeIds: string[][];
}

const dealersAtOnce = 500;
const mostLinesOfOne = 100;
const mostShown = 10;

/**
 * Imports accounts in one transaction: all that can be used, or nothing when it is interrupted. An account one of whose lines
 * cannot be used is not touched at all. The lines are gathered in a temporary table, since those of one account need not follow
 * each other, and memory is bounded.
 * @param onRejected told the lines that cannot be used, in the order of the file, before anything is committed
 */
export async function importAccountLines(
  database: Database,
  batches: AsyncIterable<StagedLine[]>,
  onRejected: (lines: { number: number; problem: string; text: string }[]) => Promise<void>,
): Promise<ImportedAccounts> {
  const client = await database.pool.connect();
  try {
    await client.query('begin');
    await client.query(`create temp table staged (
      number int primary key, account_id text collate "C", line jsonb, problem text, text text not null) on commit drop`);
    let lines = 0;
    for await (const batch of batches) {
      await stage(client, batch);
      lines += batch.length;
    }
    await client.query('create index on staged (account_id)');
    await client.query('analyze staged');
    await rejectWholeAccounts(client);
    const written = await writeAccounts(client);
    const rejectedLines = await tellRejected(client, onRejected);
    const withoutParent = await unknownParents(client);
    const withoutProcedure = await vendorsWithoutProcedure(client);
    const alikeIds = await idsThatDifferInCase(client);
    await recordAdministration(drizzle(client, { schema }), commandLine, {
      action: 'accounts imported',
      subject: 'accounts',
      detail: importInWords(lines, written, rejectedLines),
    });
    await client.query('commit');
    client.release();
    return { lines, ...written, rejectedLines, withoutParent, withoutProcedure, alikeIds };
  } catch (error) {
    await client.query('rollback').catch(() => {});
    client.release(true);
    throw error;
  }
}

async function stage(client: pg.PoolClient, lines: StagedLine[]): Promise<void> {
  await client.query(
    `insert into staged select number, account_id, line::jsonb, problem, text
     from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[]) as t(number, account_id, line, problem, text)`,
    [
      lines.map((one) => one.number),
      lines.map((one) => one.accountId),
      lines.map((one) => one.line && JSON.stringify(one.line)),
      lines.map((one) => one.problem),
      // PostgreSQL has no zero in a text.
      lines.map((one) => one.text.replaceAll('\0', '')),
    ],
  );
}

/** A line that cannot be used spoils the other lines of its account. */
async function rejectWholeAccounts(client: pg.PoolClient): Promise<void> {
  await client.query(
    `update staged set problem = format('account %s has more than ${mostLinesOfOne} lines', account_id)
     where account_id in (select account_id from staged group by account_id having count(*) > ${mostLinesOfOne})`,
  );
  await client.query(`
    update staged set problem = format('line %s of the same account: %s', bad.number, bad.problem)
    from (select distinct on (account_id) account_id, number, problem from staged
          where problem is not null and account_id is not null order by account_id, number) as bad
    where staged.account_id = bad.account_id and staged.problem is null`);
}

function importInWords(lines: number, { added, replaced, withoutOldIntegrations }: WrittenAccounts, rejected: number) {
  const said = `${lines} lines: ${added} accounts added, ${replaced} replaced, ${rejected} lines rejected`;
  const { accounts } = withoutOldIntegrations;
  return accounts > 0 ? `${said}, integrations removed from ${accounts} accounts` : said;
}

async function writeAccounts(client: pg.PoolClient): Promise<WrittenAccounts> {
  const db = drizzle(client, { schema });
  const done: WrittenAccounts = {
    ...{ added: 0, replaced: 0, kept: { timeZone: 0, integrations: 0 } },
    withoutOldIntegrations: { accounts: 0, first: [] },
  };
  for (let after = ''; ; ) {
    const { rows } = await client.query<{ id: string; lines: { number: number; line: AccountLine }[] }>(
      `select account_id as id, json_agg(json_build_object('number', number, 'line', line) order by number) as lines
       from staged where problem is null and account_id > $1
       group by account_id order by account_id limit ${dealersAtOnce}`,
      [after],
    );
    const last = rows.at(-1);
    if (!last) return done;
    after = last.id;
    const stored = await lockAccounts(
      db,
      rows.map(({ id }) => id),
    );
    const found = rows.map(({ id, lines }) => ({ id, ...withStored(accountOfLines(lines), stored.get(id)) }));
    const bad = found.flatMap((one) => ('problem' in one ? [one] : []));
    if (bad.length > 0) {
      await client.query(
        `update staged set problem = t.problem from unnest($1::text[], $2::text[]) as t(id, problem) where account_id = t.id`,
        [bad.map((one) => one.id), bad.map((one) => one.problem)],
      );
    }
    const usable = found.flatMap((one) => ('account' in one ? [one] : []));
    const written = await saveAccounts(
      db,
      usable.map(({ account }) => account),
    );
    done.added += written.filter((one) => one.added).length;
    done.replaced += written.filter((one) => !one.added).length;
    const changes = usable.flatMap(({ account }) => changeOf(account, stored.get(account.id)));
    await recordAdministration(db, commandLine, ...changes);
    for (const { account, entered } of usable) noteReplaced(done, account, entered, stored.get(account.id));
  }
}

function withStored(read: ReturnType<typeof accountOfLines>, stored: Account | undefined) {
  if ('problem' in read) return read;
  try {
    return { entered: read.account, account: completeAccount(read.account, stored) };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

/** For the dealer's history, and for pages that show the dealer. */
function changeOf({ id, ...facts }: Account, stored: Account | undefined) {
  const detail = changesOf(stored, facts);
  return detail ? [{ action: stored ? 'account changed' : 'account added', subject: `account/${id}`, detail }] : [];
}

/** Counts what of a replaced account stays as it was stored, and what is gone. */
function noteReplaced(done: WrittenAccounts, account: Account, entered: EnteredAccount, stored?: Account): void {
  if (!stored || !Array.isArray(stored.integrations)) return;
  if (entered.timeZone === undefined) done.kept.timeZone += 1;
  if (stored.integrations.some(({ kind }) => !entered.kinds?.includes(kind))) done.kept.integrations += 1;
  const now = new Set(account.integrations.map(integrationKey));
  const integrations = stored.integrations.map(integrationKey).filter((name) => !now.has(name));
  if (integrations.length === 0) return;
  const { withoutOldIntegrations: removed } = done;
  removed.accounts += 1;
  if (removed.first.length < mostShown) removed.first.push({ account: account.id, integrations });
}

async function tellRejected(
  client: pg.PoolClient,
  onRejected: (lines: { number: number; problem: string; text: string }[]) => Promise<void>,
): Promise<number> {
  let count = 0;
  for (let after = 0; ; ) {
    const { rows } = await client.query<{ number: number; problem: string; text: string }>(
      'select number, problem, text from staged where problem is not null and number > $1 order by number limit 1000',
      [after],
    );
    const last = rows.at(-1);
    if (!last) return count;
    await onRejected(rows);
    count += rows.length;
    after = last.number;
  }
}

async function unknownParents(client: pg.PoolClient): Promise<{ account: string; parent: string }[]> {
  const { rows } = await client.query<{ account: string; parent: string }>(`
    select a.id as account, a.parent_sales_account_id as parent from accounts a
    where a.id in (select account_id from staged where problem is null)
      and a.parent_sales_account_id is not null
      and not exists (select 1 from accounts p where p.id = a.parent_sales_account_id)
    order by a.id limit 10`);
  return rows;
}

async function vendorsWithoutProcedure(client: pg.PoolClient): Promise<{ integration: string; accounts: number }[]> {
  const { rows } = await client.query<{ integration: string; accounts: number }>(
    `select concat(one->>'kind', '/', one->>'vendor') as integration, count(distinct account_id)::int as accounts
     from staged, jsonb_array_elements(line->'integrations') as one
     where problem is null and concat(one->>'kind', '/', one->>'vendor') <> all ($1)
     group by 1 order by 2 desc, 1 limit 20`,
    [integrationNames],
  );
  return rows;
}

async function idsThatDifferInCase(client: pg.PoolClient): Promise<string[][]> {
  const { rows } = await client.query<{ ids: string[] }>(`
    with of_file as (select distinct account_id as id from staged where account_id is not null),
      all_ids as (select id from of_file
                  union select a.id from accounts a where lower(a.id) in (select lower(id) from of_file))
    select array_agg(id order by id collate "C") as ids from all_ids group by lower(id) having count(*) > 1 order by lower(id) limit 10`);
  return rows.map(({ ids }) => ids);
}
