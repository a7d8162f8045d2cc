import { and, asc, eq, gt, inArray, or, type SQL, sql } from 'drizzle-orm';
import { type Account, completeAccount, type EnteredAccount } from '../../domain/shared/accounts.ts';
import { type Db, preparedOnce } from '../client.ts';
import { accounts } from '../schema/shared.ts';
import { type Acting, changesOf, recordAdministration } from './administration.ts';
import { literal } from './search.ts';

/** The service's own registry of dealers, used where CST is not configured. */

const accountById = preparedOnce((db) =>
  db
    .select()
    .from(accounts)
    .where(eq(accounts.id, sql.placeholder('id')))
    .prepare('account_by_id'),
);

/** The account's row as it is kept; `readAccountRecord` says whether it can be used. */
export async function findAccount(db: Db, id: string): Promise<typeof accounts.$inferSelect | null> {
  const [row] = await accountById(db).execute({ id });
  return row ?? null;
}

/** Dealers whose name begins with these words, upper and lower case alike. */
export async function accountsNamed(db: Db, prefix: string, limit: number): Promise<{ id: string; name: string }[]> {
  return db.select({ id: accounts.id, name: accounts.name }).from(accounts).where(nameBeginsWith(prefix)).limit(limit);
}

/**
 * Dealers whose name begins with one of these letters, in either case, or with these words.
 * @param letters in lower case
 */
export async function accountsBeginning(
  db: Db,
  letters: string[],
  words: string,
  limit: number,
): Promise<{ id: string; name: string }[]> {
  const both = letters.flatMap((letter) => [letter, letter.toUpperCase()]);
  return db
    .select({ id: accounts.id, name: accounts.name })
    .from(accounts)
    .where(or(inArray(sql`left(${accounts.name}, 1)`, both), nameBeginsWith(words)))
    .limit(limit);
}

/** By ID, after the one given; rows as they are kept. */
export async function listAccounts(
  db: Db,
  { after = '', limit, namePrefix = '' }: { after?: string; limit: number; namePrefix?: string },
): Promise<(typeof accounts.$inferSelect)[]> {
  return db
    .select()
    .from(accounts)
    .where(and(gt(accounts.id, after), nameBeginsWith(namePrefix)))
    .orderBy(asc(accounts.id))
    .limit(limit);
}

function nameBeginsWith(prefix: string): SQL {
  return sql`lower(${accounts.name}) like ${`${literal(prefix.toLowerCase())}%`}`;
}

/** The rows of these accounts, by ID, as they are kept until the transaction ends. */
export async function lockAccounts(db: Db, ids: string[]): Promise<Map<string, typeof accounts.$inferSelect>> {
  const rows = await db
    .select()
    .from(accounts)
    .where(inArray(accounts.id, ids))
    .orderBy(asc(accounts.id))
    .for('update');
  return new Map(rows.map((row) => [row.id, row]));
}

/**
 * Enters an account or replaces it, with the event in the audit record that says what has changed. What is left out stays as it
 * is stored.
 * @returns the account as it is stored now
 */
export async function saveAccount(database: Db, entered: EnteredAccount, acting: Acting): Promise<Account> {
  return database.transaction(async (db) => {
    const before = (await lockAccounts(db, [entered.id])).get(entered.id);
    const account = completeAccount(entered, before);
    await saveAccounts(db, [account]);
    const { id, ...facts } = account;
    const detail = changesOf(before, facts);
    const action = before ? 'account changed' : 'account added';
    if (detail) await recordAdministration(db, acting, { action, subject: `account/${id}`, detail });
    return account;
  });
}

/** Enters accounts, or replaces those with the same ID; all or none. @returns of each whether it is new */
export async function saveAccounts(db: Db, all: Account[]): Promise<{ added: boolean }[]> {
  if (all.length === 0) return [];
  const excluded = (column: string) => sql.raw(`excluded.${column}`);
  return db
    .insert(accounts)
    .values(all)
    .onConflictDoUpdate({
      target: accounts.id,
      set: {
        name: excluded('name'),
        effectiveStatus: excluded('effective_status'),
        parentSalesAccountId: excluded('parent_sales_account_id'),
        timeZone: excluded('time_zone'),
        integrations: excluded('integrations'),
        package: excluded('package'),
        level: excluded('level'),
        updatedAt: sql`now()`,
      },
    })
    .returning({ added: sql<boolean>`xmax = 0` });
}
