import { z } from 'zod';
import { contactRules } from '../../../domain/feeds/feeds.ts';
import { pageSchema } from '../../server/paging.ts';
import { Time } from '../../server/time.ts';
import { Type } from './activityFilter.ts';
import { Dms } from './importFields.ts';

/** Activities and contacts as they are answered. */

const shownId = z.string().describe('Digits');
const date = z.iso.date();

const Finance = z
  .discriminatedUnion('applicable', [
    z
      .object({ applicable: z.literal(false) })
      .meta({ id: 'FinanceNotApplicable', description: 'A cash purchase: show the finance fields as not applicable' }),
    z
      .object({
        applicable: z.literal(true),
        amountFinanced: z.string().describe('Such as 25000.00'),
        term: z.int().nullable().describe('Months'),
        monthlyPayment: z.string().nullable(),
        finalPaymentDate: date.nullable().describe('The last scheduled payment on the unit'),
      })
      .meta({ id: 'FinanceTerms' }),
  ])
  .meta({ id: 'Finance' });

const activity = z.object({
  id: shownId,
  account: z.string(),
  dms: Dms,
  type: Type,
  title: z.string().describe('Sold Unit or Work Order'),
  date: date.describe('Shown in place of the created date'),
  dateLabel: z.string().describe('What `date` is: Sold Date, or Work Order Date'),
  contact: z.object({ id: shownId, name: z.string().nullable() }),
  cashPurchase: z.boolean().nullable().describe('Null of a Work Order'),
  finance: Finance.nullable().describe('Null of a Work Order'),
  workOrder: z
    .object({
      number: z.string().nullable(),
      isNumberDerived: z.boolean().describe('The file has none: it is made of other fields, the same each time'),
      amount: z.string().nullable(),
      description: z.string().nullable(),
    })
    .nullable()
    .describe('Null of a Sold Unit'),
  unit: z.object({
    vin: z.string().nullable(),
    stockNumber: z.string().nullable(),
    year: z.int().nullable(),
    make: z.string().nullable(),
    model: z.string().nullable(),
    type: z.string().nullable(),
    soldUnit: shownId.nullable().describe('Of a Work Order: the dealer’s latest sale of this unit, by its VIN'),
  }),
  source: z
    .object({
      ...{ importId: z.uuid(), fileId: z.uuid(), line: z.int() },
      file: z.string().nullable().describe('Its path on the server; null where the record of the file is gone'),
    })
    .describe('The file’s row from which it was last written'),
});
export const Activity = activity.meta({ id: 'FeedActivity' });
export type Activity = z.output<typeof Activity>;
export const ActivityPage = pageSchema('FeedActivityPage', { activities: z.array(Activity) });

export const Contact = z
  .object({
    id: shownId,
    account: z.string(),
    name: z.string().nullable(),
    firstName: z.string().nullable(),
    lastName: z.string().nullable(),
    company: z.string().nullable(),
    email: z.string().nullable(),
    phone: z.string().nullable().describe('E.164'),
    postalCode: z.string().nullable(),
    customerNumber: z.string().nullable().describe('At the DMS'),
    dms: Dms.nullable().describe('Whose customer number it is'),
    mergedInto: shownId.nullable().describe('The contact that has replaced it'),
  })
  .meta({ id: 'Contact' });
export type Contact = z.output<typeof Contact>;

export const ActivityMatch = z
  .object({
    activity: shownId,
    rule: z.enum(contactRules),
    ruleInWords: z.string(),
    compared: z
      .array(z.object({ field: z.string(), label: z.string(), value: z.string().nullable() }))
      .describe('What of the contact was compared, as the contact has it now'),
    candidates: z.int().min(0).describe('How many contacts the rule found'),
    choice: z.string().describe('Which of them was taken, and why'),
    contact: Contact,
    changes: z
      .array(z.object({ at: Time, by: z.string(), action: z.string(), detail: z.string().nullable() }))
      .describe('What people have changed of the contact since, such as those that were merged into it'),
  })
  .meta({ id: 'ActivityMatch' });
export type ActivityMatch = z.output<typeof ActivityMatch>;
