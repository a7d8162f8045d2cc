import type { FastifyBaseLogger } from 'fastify';
import { z } from 'zod';
import {
  activityOfDealers,
  type FoundDealer,
  foundAmong,
  namesOfDealers,
  recentDealers,
  searchDealers,
  untouchedDealers,
  vendorsWithId,
} from '../../../db/queries/dealers.ts';
import { AccountId } from '../../../domain/shared/inputs.ts';
import { isIntegrationName, vendorTitle } from '../../../domain/shared/vendors.ts';
import { cursorOf, readCursor } from '../../server/cursor.ts';
import type { ApiOptions } from '../../server/options.ts';
import { Instant, Time } from '../../server/time.ts';
import { dealersNamed, lookUp } from './dealerLookup.ts';
import { dealerTables, type ProcessModules, readParts, schemasOf } from './processParts.ts';

const baseOfListed = z.object({
  account: z.string(),
  name: z.string().nullable().describe('Null if it is not known'),
  lastActivityAt: Time.nullable().describe('When something happened to it last, in any process'),
  openTasks: z.int().min(0),
  matched: z
    .object({ label: z.string(), value: z.string() })
    .nullable()
    .describe('The ID at a vendor by which the search has found it; null when it was found otherwise'),
});

/** A dealer in a list, with where each process stands with it. */
export function listedDealer(modules: ProcessModules) {
  return baseOfListed.extend(schemasOf(modules, 'listed')).meta({ id: 'ListedDealer' });
}
export type ListedDealer = ReturnType<typeof listedDealer>;

/** A list is read from two sources, one after the other. */
const list = z.literal('dealers');
const SearchPlace = z.union([
  z.tuple([list, z.literal('own'), z.int32(), z.string(), z.string()]),
  z.tuple([list, z.literal('cst'), z.string().nullable()]),
]);
const RecentPlace = z.union([
  z.tuple([list, z.literal('recent'), Instant, z.int()]),
  z.tuple([list, z.literal('untouched'), z.string()]),
]);

/** Some of the list, with their names where CST has said them, and where the list continues. */
interface Part<Place> {
  found: [account: string, name: string | null][];
  next: Place | null;
  /** Why dealers may be missing. */
  reason?: string;
}
interface ByWholeId {
  dealer?: { account: string; name: string | null };
  reason?: string;
}
const noDealer: ByWholeId = {};
type SearchPart = Part<z.output<typeof SearchPlace>>;

/** Lists dealers of our own tables and of CST. */
export function dealerSearch(options: ApiOptions, modules: ProcessModules, log: FastifyBaseLogger) {
  const { db } = options.database;
  const tables = dealerTables(options, modules);
  const { accounts } = options;

  /**
   * Dealers by any part of their name or ID: those of our own tables, then CST's. CST finds a dealer only by its whole ID or the
   * beginning of its name.
   * @param patienceMs how long CST may take
   */
  async function find(text: string, page: { cursor?: string; limit: number; patienceMs: number }) {
    const { limit } = page;
    const place = readCursor(page.cursor, SearchPlace);
    const until = Date.now() + page.patienceMs;
    if (place?.[1] === 'cst') return answer(await inCst(text, place[2] ?? undefined, limit, until), text);
    const own = await inOwnTables(text, place && { rank: place[2], key: place[3], account: place[4] }, limit, until);
    if (own.next || own.reason || !accounts.named) return answer(own, text);
    const room = limit - own.found.length;
    if (room === 0) return answer({ ...own, next: ['dealers', 'cst', null] }, text);
    const { found, ...rest } = await inCst(text, undefined, room, until);
    return answer({ ...rest, found: [...own.found, ...found] }, text);
  }

  /** From the beginning on with CST's dealer of this ID, before all others. */
  async function inOwnTables(
    text: string,
    after: FoundDealer | undefined,
    limit: number,
    until: number,
  ): Promise<SearchPart> {
    const [whole, rows] = await Promise.all([
      after ? noDealer : byWholeId(text, until),
      searchDealers(db, tables, { text, after, limit: limit + 1 }),
    ]);
    const found = new Map<string, string | null>();
    if (whole.dealer) found.set(whole.dealer.account, whole.dealer.name);
    // Whole IDs come first: what follows is not found by one.
    let last: FoundDealer = { rank: 1, key: '', account: '' };
    for (const row of rows) {
      if (!found.has(row.account)) {
        if (found.size === limit)
          return {
            found: [...found],
            next: ['dealers', 'own', last.rank, last.key, last.account],
            reason: whole.reason,
          };
        found.set(row.account, null);
      }
      last = row;
    }
    return { found: [...found], next: null, reason: whole.reason };
  }

  /** Without those that were found in our own tables, or by their whole ID. */
  async function inCst(text: string, cursor: string | undefined, limit: number, until: number): Promise<SearchPart> {
    const named = await dealersNamed(options, text, { cursor, limit, until });
    if ('reason' in named) return { found: [], next: null, reason: named.reason };
    const { dealers, nextCursor, complete } = named.page;
    const known = await foundAmong(
      db,
      tables,
      text,
      dealers.map(({ id }) => id),
    );
    const others = dealers.filter(({ id }) => !known.has(id) && id.toLowerCase() !== text.toLowerCase());
    return {
      found: others.map(({ id, name }) => [id, name]),
      next: nextCursor === null ? null : ['dealers', 'cst', nextCursor],
      reason: complete ? undefined : 'CST lists dealers that cannot be understood.',
    };
  }

  /** CST's dealer with this ID, also where it is written in capital letters there. */
  async function byWholeId(text: string, until: number): Promise<ByWholeId> {
    if (!accounts.named || !AccountId.safeParse(text).success) return noDealer;
    for (const id of new Set([text, text.toUpperCase()])) {
      const lookup = await lookUp(options, id, until);
      if (lookup.state === 'unavailable') return { reason: lookup.reason };
      if (lookup.state === 'unusable') return { dealer: { account: id, name: null } };
      if (lookup.state === 'found') return { dealer: { account: lookup.account.id, name: lookup.account.name } };
    }
    return noDealer;
  }

  /** Dealers to which something happened, the latest first, and then the others of the registry where that is used. */
  async function recent({ cursor, limit }: { cursor?: string; limit: number }) {
    const place = readCursor(cursor, RecentPlace);
    if (place?.[1] === 'untouched') return answer(await untouched(place[2], limit));
    const after = place && { at: place[2], sequence: place[3] };
    const rows = await recentDealers(db, { after, limit: limit + 1 });
    const found = rows.slice(0, limit).map(({ account }): [string, null] => [account, null]);
    if (rows.length > limit) {
      const { at, sequence } = rows[limit - 1]!;
      return answer({ found, next: ['dealers', 'recent', at, sequence] });
    }
    if (accounts.named) return answer({ found, next: null });
    const { found: others, next } = await untouched('', limit - found.length);
    return answer({ found: [...found, ...others], next });
  }

  async function untouched(after: string, limit: number): Promise<Part<z.output<typeof RecentPlace>>> {
    const rows = await untouchedDealers(db, { after, limit: limit + 1 });
    const found = rows.slice(0, limit).map(({ account }): [string, null] => [account, null]);
    const next = rows.length > limit ? (['dealers', 'untouched', found.at(-1)?.[0] ?? after] as const) : null;
    return { found, next: next && [...next] };
  }

  async function answer({ found, next, reason }: Part<(string | number | Date | null)[]>, text?: string) {
    const ids = found.map(([account]) => account);
    const [names, activity, vendors, ofProcesses] = await Promise.all([
      namesOfDealers(db, tables, ids),
      activityOfDealers(db, ids),
      text === undefined ? new Map<string, string>() : vendorsWithId(db, tables, text, ids),
      readParts(modules, log, ({ listed }) => listed.read(options, ids)),
    ]);
    return {
      dealers: found.map(([account, name]) => ({
        account,
        name: name ?? names.get(account) ?? null,
        lastActivityAt: activity.get(account)?.lastAt ?? null,
        openTasks: activity.get(account)?.openTasks ?? 0,
        matched: matchedBy(vendors.get(account), text),
        ...Object.fromEntries(
          Object.entries(ofProcesses).map(([process, found]) => [process, found.get(account) ?? null]),
        ),
      })),
      nextCursor: next && cursorOf(next),
      incomplete: reason ? `${reason} Dealers that only CST knows may be missing here.` : null,
    };
  }

  return { find, recent };
}

function matchedBy(integration: string | undefined, text = ''): z.output<typeof baseOfListed>['matched'] {
  if (integration === undefined) return null;
  const vendor = isIntegrationName(integration) ? vendorTitle(integration) : integration;
  return { label: `${vendor} ID`, value: text };
}
