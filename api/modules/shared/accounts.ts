import { z } from 'zod';
import { findAccount, listAccounts, saveAccount } from '../../../db/queries/accounts.ts';
import { EnteredAccount } from '../../../domain/shared/accounts.ts';
import { AccountId } from '../../../domain/shared/inputs.ts';
import { integrationKinds } from '../../../domain/shared/vendors.ts';
import type { ApiOptions, App } from '../../server/options.ts';
import { pageQuery, pageSchema, readPage } from '../../server/paging.ts';
import { Problem } from '../../server/problems.ts';
import { actingOf } from './activePerson.ts';

const Params = z.object({ id: AccountId });
/** Shown as it is kept, so that a row which cannot be used can be seen and corrected. */
const AccountView = z
  .object({
    id: z.string(),
    name: z.string(),
    effectiveStatus: z.string(),
    parentSalesAccountId: z.string().nullable(),
    timeZone: z.string(),
    integrations: z.array(
      z.object({
        kind: z.enum(integrationKinds),
        vendor: z.string(),
        dealerId: z.string(),
        fortellisOrgId: z.string().optional(),
      }),
    ),
    package: z.string().nullable().describe('The dealer’s package, such as Gold; null while it is not known'),
    level: z.string().nullable().describe('The dealer’s level, such as L5; null while it is not known'),
  })
  .meta({ id: 'Account' });
const SavedAccount = AccountView.extend({
  inUse: z.boolean().describe('False while CST is configured: dealers are then looked up in CST, not in this registry'),
}).meta({ id: 'SavedAccount' });
const AccountBody = z.strictObject(EnteredAccount.omit({ id: true }).shape).meta({ id: 'AccountBody' });
const AccountPage = pageSchema('AccountPage', { accounts: z.array(AccountView) });

/** The service's own registry of dealers and their integrations. */
export async function accountRoutes(app: App, { database: { db }, connectors }: ApiOptions): Promise<void> {
  const tags = ['accounts'];
  app.put(
    '/v1/accounts/:id',
    {
      config: { scope: 'admin' },
      schema: {
        tags,
        operationId: 'saveAccount',
        summary:
          'Enter or replace a dealer’s account; a time zone, integrations, a package or a level that are left out stay as they are',
        params: Params,
        body: AccountBody,
        response: { 200: SavedAccount },
      },
    },
    async ({ params, body, caller }) => {
      const account = await saveAccount(db, { id: params.id, ...body }, actingOf(caller));
      const { package: ofPackage = null, level = null } = account;
      return { ...account, package: ofPackage, level, inUse: !connectors.includes('cst') };
    },
  );

  app.get(
    '/v1/accounts/:id',
    {
      config: { scope: 'read' },
      schema: {
        tags,
        operationId: 'getAccount',
        summary: 'A dealer’s account in the registry',
        params: Params,
        response: { 200: AccountView },
        problems: [404],
      },
    },
    async ({ params }) => {
      const account = await findAccount(db, params.id);
      if (!account) throw new Problem(404, 'not-found', `The registry has no account ${params.id}.`);
      return account;
    },
  );

  app.get(
    '/v1/accounts',
    {
      config: { scope: 'read' },
      schema: {
        tags,
        operationId: 'listAccounts',
        summary: 'The registry, by ID',
        querystring: z.strictObject({
          namePrefix: z.string().max(200).optional(),
          ...pageQuery,
        }),
        response: { 200: AccountPage },
      },
    },
    async ({ query }) => {
      const { items, nextCursor } = await readPage(query, {
        place: z.tuple([z.literal('accounts'), AccountId]),
        read: (place, limit) => listAccounts(db, { after: place?.[1], limit, namePrefix: query.namePrefix }),
        placeOf: ({ id }) => ['accounts', id],
      });
      return { accounts: items, nextCursor };
    },
  );
}
