import { z } from 'zod';
import { isKnownDealer, namesOfDealers } from '../../../db/queries/dealers.ts';
import { listEvents } from '../../../db/queries/events.ts';
import { listTasks } from '../../../db/queries/tasks.ts';
import { AccountId } from '../../../domain/shared/inputs.ts';
import { integrationKey, isIntegrationName, vendorTitle } from '../../../domain/shared/vendors.ts';
import type { ApiOptions, App } from '../../server/options.ts';
import { pageQuery, pageSchema, readPage } from '../../server/paging.ts';
import { Problem } from '../../server/problems.ts';
import { Instant, Time } from '../../server/time.ts';
import { type DealerRecords, type Lookup, lookUpDealer } from './dealerLookup.ts';
import { dealerSearch, type ListedDealer } from './dealerSearch.ts';
import { EventProcess } from './events.ts';
import { TeamName } from './people.ts';
import { ProcessName } from './processName.ts';
import { dealerTables, type ProcessModules, readParts, schemasOf } from './processParts.ts';
import { TaskPriority, TaskState } from './tasks.ts';

export const incomplete = z.string().nullable().describe('Why dealers may be missing; null when none is');

const Fault = z.object({ field: z.string(), message: z.string() }).meta({ id: 'RecordFault' });
const AccountLookup = z
  .object({
    source: z.enum(['cst', 'registry']).describe('CST, or the service’s own registry where CST is not configured'),
    state: z
      .enum(['found', 'not_found', 'unusable', 'unavailable'])
      .describe(
        '`unusable`: the record cannot be understood; `unavailable`: CST does not answer, and nothing is known',
      ),
    readAt: Time,
    reason: z.string().nullable().describe('Why nothing is known'),
    faults: z.array(Fault).describe('What of the record cannot be used'),
  })
  .meta({ id: 'AccountLookup' });
const account = z.string();
const name = z.string().nullable();
const effectiveStatus = z.string().nullable().describe('As it was entered');
const ParentAccount = z.object({ account, name, effectiveStatus, lookup: AccountLookup }).meta({ id: 'ParentAccount' });
const DealerIntegration = z
  .object({
    integration: z.string().describe('Such as `dms/cdk`; the vendor may be one for which there is no procedure'),
    vendorName: z.string(),
    dealerId: z.string().describe('The dealer’s ID at the vendor'),
    fortellisOrgId: z.string().optional(),
    hasProcedure: z.boolean().describe('Whether a cancellation can end it'),
  })
  .meta({ id: 'DealerIntegration' });
const DealerTask = z
  .object({
    id: z.uuid(),
    process: ProcessName,
    title: z.string(),
    integration: z.string().nullable(),
    team: TeamName,
    state: TaskState,
    assignee: z.string().nullable(),
    priority: TaskPriority,
    dueAt: Time,
    followUpAt: Time.nullable(),
  })
  .meta({ id: 'DealerTask' });
const mostTasks = 50;
const baseOfDealer = z.object({
  account,
  name: name.describe('Null if it is not known'),
  timeZone: z.string().nullable().describe('An IANA name; null if it is not known'),
  effectiveStatus,
  lookup: AccountLookup,
  parent: ParentAccount.nullable().describe('Null if the dealer has none, or while that is not known (see `lookup`)'),
  integrations: z.array(DealerIntegration),
  openTasks: z.array(DealerTask).describe(`The ${mostTasks} most urgent ones`),
  moreOpenTasks: z.boolean().describe(`Whether it has more than ${mostTasks} open tasks`),
});

const DealerEvent = z
  .object({
    id: z.string(),
    at: Time,
    by: z.string(),
    process: EventProcess,
    subject: z.string(),
    taskId: z.uuid().nullable(),
    vendor: z.string().nullable(),
    action: z.string(),
    detail: z.string().nullable(),
  })
  .meta({ id: 'DealerEvent' });
const DealerEventPage = pageSchema('DealerEventPage', { events: z.array(DealerEvent) });
const EventPlace = z.tuple([z.literal('dealer events'), Instant, z.int()]);

const longestSearch = 100;
/** What people type to find something. */
export const SearchText = z.string().trim().min(1).max(longestSearch);
/** How long CST may take for a list, and for a dealer's page, in ms: both are shown without it. */
const [listPatience, pagePatience] = [3_000, 6_000];
const Params = z.object({ account: AccountId });

/** Dealers, as CST (or the registry) and the tables of all processes know them. */
export function dealerRoutes(modules: ProcessModules, listed: ListedDealer) {
  const DealerPage = pageSchema('DealerPage', { dealers: z.array(listed), incomplete });
  const Dealer = baseOfDealer.extend(schemasOf(modules, 'dealer')).meta({ id: 'Dealer' });

  return async (app: App, options: ApiOptions): Promise<void> => {
    const tags = ['dealers'];
    const config = { scope: 'read' } as const;
    const { db } = options.database;
    const tables = dealerTables(options, modules);
    const source = options.accounts.named ? 'cst' : 'registry';
    const list = dealerSearch(options, modules, app.log);

    app.get(
      '/v1/dealers',
      {
        config: { ...config, cost: 1 },
        schema: {
          tags,
          operationId: 'listDealers',
          summary: 'Dealers by any part of their name or ID; without a search those with the latest activity first',
          description:
            'CST finds dealers by the beginning of their name and by their whole ID. Dealers that have a cancellation or a task are found by any part of either. Without CST all dealers of the registry are.',
          querystring: z.strictObject({
            search: z
              .string()
              .trim()
              .max(longestSearch)
              .optional()
              .describe('Each word must be in the name or the ID, upper or lower case'),
            ...pageQuery,
          }),
          response: { 200: DealerPage },
        },
      },
      async ({ query: { search, ...page } }) =>
        search ? list.find(search, { ...page, patienceMs: listPatience }) : list.recent(page),
    );

    app.get(
      '/v1/dealers/:account',
      {
        config: { ...config, cost: 1 },
        schema: {
          tags,
          operationId: 'getDealer',
          summary: 'A dealer with its parent, its integrations, and all that is in progress or has ended',
          description:
            'While CST does not answer, what is known without it is shown, and `lookup` says what is missing. 404 only when CST (or the registry) has no such dealer and nothing here is about it.',
          params: Params,
          response: { 200: Dealer },
          problems: [404],
        },
      },
      async ({ params, log }) => {
        const records = await lookUpDealer(options, params.account, Date.now() + pagePatience);
        const id = records.account;
        if (records.own.state === 'not_found' && !(await isKnownDealer(db, tables, id))) throw unknownDealer(id);
        const parent = records.parent?.account;
        const [names, tasks, ofProcesses] = await Promise.all([
          namesOfDealers(db, tables, parent ? [id, parent] : [id]),
          listTasks(db, [{ account: id }], { limit: mostTasks + 1 }),
          readParts(modules, log, ({ dealer }) => dealer.read(options, records)),
        ]);
        return {
          ...viewOf(records, names),
          openTasks: tasks.slice(0, mostTasks).map((task) => ({ ...task, title: task.content.title })),
          moreOpenTasks: tasks.length > mostTasks,
          ...ofProcesses,
        };
      },
    );

    app.get(
      '/v1/dealers/:account/events',
      {
        config,
        schema: {
          tags: ['audit'],
          operationId: 'listDealerEvents',
          summary: 'What happened to a dealer in all processes, and to its account in the registry; the newest first',
          params: Params,
          querystring: z.strictObject(pageQuery),
          response: { 200: DealerEventPage },
        },
      },
      async ({ params, query }) => {
        const { items, nextCursor } = await readPage(query, {
          place: EventPlace,
          read: (place, limit) => {
            const before = place && { at: place[1], sequence: place[2] };
            return listEvents(db, { dealer: params.account, before, limit });
          },
          placeOf: ({ at, sequence }) => ['dealer events', at, sequence],
        });
        return { events: items, nextCursor };
      },
    );

    function viewOf({ account, own, parent }: DealerRecords, names: Map<string, string>) {
      return {
        account,
        ...factsOf(account, own, names),
        timeZone: own.state === 'found' ? own.account.timeZone : null,
        parent: parent ? { account: parent.account, ...factsOf(parent.account, parent.lookup, names) } : null,
        integrations: integrationsOf(own),
      };
    }

    function factsOf(account: string, lookup: Lookup, names: Map<string, string>) {
      const found = lookup.state === 'found' ? lookup.account : undefined;
      const faults = lookup.state === 'unusable' ? lookup.faults : (found?.faults ?? []);
      return {
        name: found?.name ?? names.get(account) ?? null,
        effectiveStatus: found?.effectiveStatus ?? null,
        lookup: {
          ...{ source, state: lookup.state, readAt: lookup.readAt },
          reason: lookup.state === 'unavailable' ? lookup.reason : null,
          faults: faults.map(({ field, message }) => ({ field, message })),
        },
      };
    }

    function unknownDealer(id: string): Problem {
      const detail =
        source === 'cst'
          ? `No dealer has the ID ${id} in CST. Check the ID, or search for the dealer by name; a new dealer is entered in CST first.`
          : `No dealer has the ID ${id}. Check the ID, or search for the dealer by name; a new dealer is entered with PUT /v1/accounts/${id}.`;
      return new Problem(404, 'unknown-account', detail);
    }
  };
}

function integrationsOf(own: Lookup) {
  if (own.state !== 'found') return [];
  return own.account.integrations.map((one) => {
    const integration = integrationKey(one);
    const hasProcedure = isIntegrationName(integration);
    const vendorName = hasProcedure ? vendorTitle(integration) : one.vendor;
    const { dealerId, fortellisOrgId } = one;
    return { integration, vendorName, dealerId, fortellisOrgId, hasProcedure };
  });
}
