import { z } from 'zod';
import { listFeedImports } from '../../../db/queries/feeds/imports.ts';
import {
  countImports,
  countNotWorking,
  countRunsInProgress,
  importsOfDealers,
} from '../../../db/queries/feeds/overview.ts';
import { feedDealers, searchFeedImports } from '../../../db/queries/feeds/search.ts';
import type { ApiOptions } from '../../server/options.ts';
import type { DealerRecords } from '../shared/dealerLookup.ts';
import { type ProcessParts, shown, shownOfDealers } from '../shared/processParts.ts';
import { summariesOf } from './importView.ts';
import { FeedImportSummary, ImportState } from './schemas.ts';

const count = z.int().min(0);
const Overview = z
  .object({
    imports: z.record(ImportState, count).describe('How many feed imports are in each state'),
    notWorking: count.describe('Active imports whose last run has failed, or left a file for a person'),
    runsInProgress: count,
  })
  .meta({ id: 'FeedsOverview' });

async function readOverview({ database: { db } }: ApiOptions): Promise<z.output<typeof Overview>> {
  const [imports, notWorking, runsInProgress] = await Promise.all([
    countImports(db),
    countNotWorking(db),
    countRunsInProgress(db),
  ]);
  return { imports, notWorking, runsInProgress };
}

const OfListedDealer = z
  .object({ trial: count, active: count, paused: count, ended: count })
  .meta({ id: 'ListedDealerFeeds', description: 'How many feed imports it has in each state' });

async function readListed(
  { database: { db } }: ApiOptions,
  accounts: string[],
): Promise<Map<string, z.output<typeof OfListedDealer>>> {
  const rows = await importsOfDealers(db, accounts);
  return new Map(rows.map(({ account, ...counts }) => [account, counts]));
}

const mostOfDealer = 50;
const OfDealer = z
  .object({
    imports: z.array(FeedImportSummary).describe(`The latest ${mostOfDealer}, the newest first`),
    more: z.boolean().describe(`Whether it has had more than ${mostOfDealer}`),
  })
  .meta({ id: 'DealerFeeds' });

async function readOfDealer(options: ApiOptions, { account }: DealerRecords): Promise<z.output<typeof OfDealer>> {
  const rows = await listFeedImports(options.database.db, { account, limit: mostOfDealer + 1 });
  return { imports: await summariesOf(options, rows.slice(0, mostOfDealer)), more: rows.length > mostOfDealer };
}

async function readFound(options: ApiOptions, text: string, limit: number): Promise<FeedImportSummary[]> {
  return summariesOf(options, await searchFeedImports(options.database.db, text, limit));
}

/** What the pages of all processes show of feeds. Nothing in it is personal. */
export const feedParts: ProcessParts = {
  dealers: [feedDealers],
  overview: shown(Overview, readOverview),
  listed: shownOfDealers(OfListedDealer, readListed),
  dealer: shown(OfDealer, readOfDealer),
  search: shown(z.array(FeedImportSummary), readFound),
};
