import type { Db } from '../../db/client.ts';
import { accountsBeginning, accountsNamed } from '../../db/queries/accounts.ts';
import { firstLetters, foldedWords } from '../../domain/cancellations/dealerNames.ts';
import type { DealerName } from '../../domain/shared/accounts.ts';
import type { Cst } from '../connectors/cst.ts';
import type { Context } from '../shared/context.ts';

/**
 * Where dealers are looked for whose names are like one's, in whatever spelling: first those that begin with the same word, where
 * most groups are found, then all that begin with its letter, with or without an accent, and with "The ".
 */

/** @returns whether these are enough */
type Found = (dealers: DealerName[]) => boolean;

const the = 'the ';
const mostPages = 30;

/**
 * Looks for dealers whose names are like this one: in CST, or in the service's own registry where CST is not configured.
 * @param found gets them, and many others, in parts; true when these are enough
 * @returns false when not all were looked at that may be alike
 */
export function similarDealers(
  { connectors: { cst }, database }: Pick<Context, 'connectors' | 'database'>,
  name: string,
  found: Found,
): Promise<boolean> {
  return cst ? similarInCst(cst, name, found) : similarInRegistry(database.db, name, found);
}

async function similarInCst(cst: Cst, name: string, found: Found): Promise<boolean> {
  const { words, letters } = placesOf(name);
  for (const word of words) {
    const { dealers } = await cst.dealersNamed(word);
    if (found(dealers)) return true;
  }
  let pages = 0;
  let complete = letters.length > 0;
  for (const prefix of complete ? [...letters, the] : []) {
    for (let cursor: string | undefined; ; ) {
      if (pages >= mostPages) return false;
      pages += 1;
      const page = await cst.dealersNamed(prefix, cursor);
      complete &&= page.complete;
      if (found(page.dealers)) return true;
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
  }
  return complete;
}

const mostOfWord = 100;
const mostInRegistry = 10_000;

async function similarInRegistry(db: Db, name: string, found: Found): Promise<boolean> {
  const { words, letters } = placesOf(name);
  for (const word of words) if (found(await accountsNamed(db, word, mostOfWord))) return true;
  if (letters.length === 0) return false;
  const all = await accountsBeginning(db, letters, the, mostInRegistry + 1);
  return found(all) || all.length <= mostInRegistry;
}

/** The first word as it is written and as it is folded, and the letters with which similar names may begin. */
function placesOf(name: string): { words: string[]; letters: string[] } {
  const folded = foldedWords(name);
  const written = name
    .trim()
    .replace(/^the\s+/i, '')
    .split(/\s/)[0]!;
  return { words: [...new Set([written, folded[0] ?? ''])].filter(Boolean), letters: firstLetters(folded) };
}
