import { z } from 'zod';
import { latestOfDealers, listCancellations } from '../../../db/queries/cancellations/cancellations.ts';
import { countByState, countOpen, countStopped, waitingFor } from '../../../db/queries/cancellations/overview.ts';
import { cancellationDealers, searchCancellations } from '../../../db/queries/cancellations/search.ts';
import { integrationStates, vinEventStreamWorkflowId } from '../../../domain/cancellations/cancellations.ts';
import type { ApiOptions } from '../../server/options.ts';
import { stoppedWorkflows } from '../../server/stoppedWorkflows.ts';
import { Time } from '../../server/time.ts';
import type { DealerRecords } from '../shared/dealerLookup.ts';
import { type ProcessParts, shown, shownOfDealers } from '../shared/processParts.ts';
import { DealerGate, dealerGate } from './dealerGate.ts';
import { CancellationSummary } from './schemas.ts';
import { stoppedOf, summaryOf } from './view.ts';

const count = z.int().min(0);
const Overview = z
  .object({
    open: count.describe('Cancellations in progress'),
    states: z
      .record(z.enum(integrationStates), count)
      .describe('Cancellations with an integration in this state, as GET /v1/cancellations?state= lists them'),
    stopped: count
      .nullable()
      .describe(
        'Open cancellations that cannot continue until an engineer repairs a workflow; null while Temporal cannot say',
      ),
    moreStopped: z.boolean().describe('Whether `stopped` is only the least number: too many workflows are stopped'),
    waitingFor: z
      .array(
        z
          .object({
            on: z.string().describe('A team, `person`, `team_lead`, `account_status` or a system such as `cst`'),
            count: count.describe('Integrations'),
            since: Time.nullable().describe('The longest wait began then'),
          })
          .meta({ id: 'CancellationsWaitingFor' }),
      )
      .describe('Whom open integrations wait for, the most first'),
  })
  .meta({ id: 'CancellationsOverview' });

async function readOverview({ database: { db }, temporal }: ApiOptions): Promise<z.output<typeof Overview>> {
  const readStopped = async () => {
    const known = await stoppedWorkflows(temporal).catch(() => null);
    if (!known) return { stopped: null, moreStopped: false };
    const { found, total } = known;
    const waitsFor = found.has(vinEventStreamWorkflowId) ? (['vin_event_stream'] as const) : [];
    const stopped = await countStopped(db, [...found.keys()], waitsFor);
    return { stopped, moreStopped: found.size < total };
  };
  const [open, states, stopped, waiting] = await Promise.all([
    countOpen(db),
    countByState(db),
    readStopped(),
    waitingFor(db),
  ]);
  return { open, states, ...stopped, waitingFor: waiting };
}

const OfListedDealer = CancellationSummary.pick({ id: true, standing: true, stopped: true })
  .extend({ waitingFor: z.array(z.string()).describe('Whom its open steps wait for, in words') })
  .meta({ id: 'ListedDealerCancellation', description: 'The one in progress, or else the latest' });

async function readListed(
  options: ApiOptions,
  accounts: string[],
): Promise<Map<string, z.output<typeof OfListedDealer>>> {
  const rows = await latestOfDealers(options.database.db, accounts);
  if (rows.length === 0) return new Map();
  const cannotContinue = await stoppedOf(options, rows);
  return new Map(
    rows.map((row) => {
      const { id, account, standing, stopped, integrations } = summaryOf(options, row, cannotContinue);
      // Null while it is not known: that is not "can continue".
      const cause = stopped || (integrations.find((one) => one.stopped)?.stopped ?? stopped);
      const waits = integrations.flatMap(({ steps }) => steps.flatMap(({ waitingOn }) => waitingOn ?? []));
      return [account, { id, standing, stopped: cause, waitingFor: [...new Set(waits)] }];
    }),
  );
}

const mostOfDealer = 50;
const OfDealer = z
  .object({
    gate: DealerGate,
    cancellations: z.array(CancellationSummary).describe(`The latest ${mostOfDealer}, the newest first`),
    more: z.boolean().describe(`Whether it has had more than ${mostOfDealer}`),
  })
  .meta({ id: 'DealerCancellations' });

async function readOfDealer(options: ApiOptions, records: DealerRecords): Promise<z.output<typeof OfDealer>> {
  const { account } = records;
  const rows = await listCancellations(options.database.db, { account, limit: mostOfDealer + 1 });
  const stopped = await stoppedOf(options, rows);
  return {
    gate: dealerGate(options, records),
    cancellations: rows.slice(0, mostOfDealer).map((row) => summaryOf(options, row, stopped)),
    more: rows.length > mostOfDealer,
  };
}

async function readFound(
  options: ApiOptions,
  text: string,
  limit: number,
): Promise<z.output<typeof CancellationSummary>[]> {
  const rows = await searchCancellations(options.database.db, text, limit);
  if (rows.length === 0) return [];
  const stopped = await stoppedOf(options, rows);
  return rows.map((row) => summaryOf(options, row, stopped));
}

/** What the pages of all processes show of cancellations. */
export const cancellationParts: ProcessParts = {
  dealers: [cancellationDealers],
  overview: shown(Overview, readOverview),
  listed: shownOfDealers(OfListedDealer, readListed),
  dealer: shown(OfDealer, readOfDealer),
  search: shown(z.array(CancellationSummary), readFound),
};
