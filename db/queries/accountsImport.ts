import { drizzle } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { type AccountLine, accountOfLines } from '../../domain/shared/accountsCsv.ts';
import { integrationNames } from '../../domain/shared/vendors.ts';
import { type Database, schema } from '../client.ts';
import { saveAccounts } from './accounts.ts';
import { commandLine, recordAdministration } from './administration.ts';

/** A line of the file: what it says, or why it cannot be used. */
export interface StagedLine {
  number: number;
  accountId: string | null;
  line: AccountLine | null;
  problem: string | null;
  /** As it is in the file. */
  text: string;
}

export interface ImportedAccounts {
  lines: number;
  added: number;
  replaced: number;
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
      detail: `${lines} lines: ${written.added} accounts added, ${written.replaced} replaced, ${rejectedLines} lines rejected`,
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

async function writeAccounts(client: pg.PoolClient): Promise<{ added: number; replaced: number }> {
  const done = { added: 0, replaced: 0 };
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
    const found = rows.map(({ id, lines }) => ({ id, ...accountOfLines(lines) }));
    const bad = found.flatMap((one) => ('problem' in one ? [one] : []));
    if (bad.length > 0) {
      await client.query(
        `update staged set problem = t.problem from unnest($1::text[], $2::text[]) as t(id, problem) where account_id = t.id`,
        [bad.map((one) => one.id), bad.map((one) => one.problem)],
      );
    }
    const written = await saveAccounts(
      drizzle(client, { schema }),
      found.flatMap((one) => ('account' in one ? [one.account] : [])),
    );
    done.added += written.filter((one) => one.added).length;
    done.replaced += written.filter((one) => !one.added).length;
  }
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
