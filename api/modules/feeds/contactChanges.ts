import { z } from 'zod';
import {
  type Busy,
  type ContactRefusal,
  mergeContacts,
  type NewContact,
  splitContact,
} from '../../../db/queries/feeds/contactChanges.ts';
import {
  nameKey,
  readEmail,
  readPhone,
  readPostalCode,
  readText,
} from '../../../domain/feeds/reading/customerValues.ts';
import { cleanIdentifier } from '../../../domain/shared/identifiers.ts';
import { Words } from '../../../domain/shared/inputs.ts';
import { withIdempotencyKey } from '../../server/idempotency.ts';
import { IdempotencyHeaders } from '../../server/idempotencyKey.ts';
import type { ApiOptions, App } from '../../server/options.ts';
import { Problem } from '../../server/problems.ts';
import { actingOf } from '../shared/activePerson.ts';
import { RowId } from './activityFilter.ts';

const Id = z.object({ id: RowId });
const mostActivities = 1_000;
const Reason = Words(500).describe('Why, for the audit trail; without anything that identifies the customer');

const Merge = z
  .strictObject({ into: RowId.describe('The contact that stays'), reason: Reason })
  .meta({ id: 'ContactMerge' });
const Merged = z
  .object({
    contact: z.string().describe('The contact that has stayed'),
    merged: z.string(),
    activities: z.int().min(0),
  })
  .meta({ id: 'MergedContact' });

/** In the form in which files' customers are compared. */
const read = (reader: (text: string) => string | null | undefined, message: string) =>
  z
    .string()
    .max(254)
    .transform((text, context) => {
      const value = reader(text);
      if (value) return value;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    });
const name = () => read(readText, 'says nothing');

const Customer = z
  .strictObject({
    customerNumber: read((text) => cleanIdentifier(text).slice(0, 64), 'is empty')
      .optional()
      .describe('At the DMS'),
    email: read(readEmail, 'is not an email address').optional(),
    phone: read(readPhone, 'is not a phone number with its area code').optional(),
    firstName: name().optional(),
    lastName: name().optional(),
    company: name().optional(),
    postalCode: read(readPostalCode, 'is not a postal code').optional(),
  })
  .refine((customer) => Object.values(customer).some(Boolean), 'names nobody: give at least a name')
  .meta({ id: 'SplitCustomer' });

const Split = z
  .strictObject({
    activities: z
      .array(RowId)
      .min(1)
      .max(mostActivities)
      .refine((ids) => new Set(ids).size === ids.length, 'names an activity twice')
      .describe('Those of the contact that are the new one’s'),
    contact: Customer.describe(
      'Who the new contact is. A customer number, an email or a phone number no longer leads to the other contact, until a file says again that it is theirs.',
    ),
    reason: Reason,
  })
  .meta({ id: 'ContactSplit' });
const SplitOff = z
  .object({
    contact: z.string().describe('The new contact'),
    from: z.string(),
    activities: z.int().min(1),
    address: z.string().describe('Path of the new contact, as in the header Location'),
  })
  .meta({ id: 'SplitContact' });
type SplitOff = z.output<typeof SplitOff>;

/** Contacts are merged and split by people; answers have IDs only, since this scope reads no customers. */
export async function contactChangeRoutes(app: App, { database: { db } }: ApiOptions): Promise<void> {
  const config = { scope: 'contacts:write' } as const;
  const tags = ['contacts'];

  app.post(
    '/v1/contacts/:id/merge',
    {
      config,
      schema: {
        tags,
        operationId: 'mergeContacts',
        summary: 'A contact is the same person as another one: its activities, now and later, are the other’s',
        description:
          'What the contact was known by leads imports to the other one, which gets what it does not have yet. Merged again into the same one, nothing changes. What was merged by mistake is split.',
        params: Id,
        body: Merge,
        response: { 200: Merged },
        problems: [404, 409, 422],
      },
    },
    async ({ params: { id }, body: { into, reason }, caller }) => {
      const result = await mergeContacts(db, { from: BigInt(id), into: BigInt(into), reason }, actingOf(caller));
      if (!('moved' in result)) throw problemOf(result, BigInt(id));
      return { contact: into, merged: id, activities: result.moved };
    },
  );

  app.post(
    '/v1/contacts/:id/split',
    {
      config,
      schema: {
        tags,
        operationId: 'splitContact',
        summary: 'Some activities of a contact are another person’s: they get a contact of their own',
        description: 'The activities stay with the new contact, whatever later files say of their customer.',
        params: Id,
        headers: IdempotencyHeaders,
        body: Split,
        response: { 201: SplitOff },
        problems: [404, 409, 422],
        responseHeaders: { 201: ['Location', 'Idempotency-Replayed'] },
      },
    },
    async ({ params: { id }, body, headers, caller }, reply) => {
      const call = { caller: caller!.id, key: headers['idempotency-key'], item: -1 };
      const { answer, replayed } = await withIdempotencyKey(db, call, { id, ...body }, async (requestId) => {
        const contact = withNameKey(body.contact);
        const activities = body.activities.map(BigInt);
        const split = { requestId, contactId: BigInt(id), activities, contact, reason: body.reason };
        const result = await splitContact(db, split, actingOf(caller));
        if (!('made' in result)) throw problemOf(result, BigInt(id));
        const made = String(result.made);
        const splitOff: SplitOff = {
          ...{ contact: made, from: id, activities: activities.length, address: `/v1/contacts/${made}` },
        };
        return { status: 201 as const, body: splitOff };
      });
      if (replayed) reply.header('idempotency-replayed', 'true');
      return reply.code(201).header('location', answer.body.address).send(answer.body);
    },
  );
}

/** As imports make the key of a name. */
function withNameKey({ firstName, lastName, company, ...customer }: z.output<typeof Customer>): NewContact {
  const key = firstName || lastName ? nameKey(firstName ?? '', lastName) : company && nameKey(company);
  return { ...customer, firstName, lastName, company, nameKey: key };
}

function problemOf(result: ContactRefusal | Busy, asked: bigint): Problem {
  if ('busy' in result) {
    const detail = 'An import is writing the dealer’s contacts now; nothing was changed. Try again in a minute.';
    return new Problem(503, 'unavailable', detail, { headers: { 'retry-after': '30' } });
  }
  if (result.refused === 'not_its_activities') {
    const ids = result.activities.map(String);
    const errors = [{ path: '/activities', message: `are not all of this contact: ${ids.slice(0, 20).join(', ')}` }];
    const detail = `${ids.length} of the activities are not this contact’s: read its timeline again.`;
    return new Problem(422, 'invalid-request', detail, { errors });
  }
  const { id } = result;
  const path = id === asked ? 'path id' : '/into';
  const refuse = (status: number, type: 'invalid-request' | 'conflict', detail: string, message: string) =>
    new Problem(status, type, detail, { errors: [{ path, message }] });
  if (result.refused === 'merged') {
    const detail = `Contact ${id} was merged into contact ${result.into}: name that one.`;
    return refuse(409, 'conflict', detail, `was merged into ${result.into}`);
  }
  if (result.refused === 'unknown') {
    if (id === asked) return new Problem(404, 'not-found', `There is no contact ${id}.`);
    return refuse(422, 'invalid-request', `There is no contact ${id}.`, 'is not a contact’s ID');
  }
  if (result.refused === 'same')
    return new Problem(422, 'invalid-request', 'A contact cannot be merged into itself.', {
      errors: [{ path: '/into', message: 'is the contact itself' }],
    });
  return refuse(422, 'invalid-request', `Contact ${id} is another dealer’s.`, 'is another dealer’s contact');
}
