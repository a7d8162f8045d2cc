import { z } from 'zod';
import type { ActivityFilter } from '../../../db/queries/feeds/activities.ts';
import { activityTypes } from '../../../domain/feeds/feeds.ts';
import { AccountId } from '../../../domain/shared/inputs.ts';
import { pageQuery, QueryBoolean } from '../../server/paging.ts';

/** By what activities are searched. */

/** Of a row; large numbers do not fit JSON's. */
export const RowId = z
  .string()
  .regex(/^[1-9]\d{0,17}$/, 'is not an ID (digits)')
  .describe('Digits');

export const Type = z
  .enum(activityTypes)
  .meta({ id: 'ActivityType', description: '`sold_unit`: a Sold Unit; `work_order`: a Work Order' });

/** PostgreSQL has no year 0. */
export const Day = z.iso.date().regex(/^(?!0000)/, 'must be in the years 1 to 9999');
const Amount = z
  .string()
  .regex(/^-?\d{1,12}(\.\d{1,2})?$/, 'must be an amount such as 1234.50')
  .describe('Such as 1234.50');
/** In a query string all is text. */
const Term = z.preprocess(
  (given) => (typeof given === 'string' && given !== '' ? Number(given) : given),
  z.int().min(1).max(10_000),
);
const Name = z.string().trim().min(1).max(200);
/** In the form in which VINs are compared. */
const Vin = z
  .string()
  .max(100)
  .transform((text) => text.toUpperCase().replace(/[^A-Z0-9]+/g, ''))
  .pipe(z.string().min(1, 'has no letter and no digit'));

const cashOnly = 'of Sold Units only: `true` for cash purchases, `false` for financed ones';

const fields = {
  type: Type.optional(),
  from: Day.optional().describe('Sold Date, or the Work Order’s date: this day or later'),
  to: Day.optional().describe('This day or earlier'),
  cash: QueryBoolean.optional().describe(cashOnly),
  amountMin: Amount.optional().describe('Of the Amount Financed of a Sold Unit, or the Work Order Amount: at least'),
  amountMax: Amount.optional().describe('At most'),
  termMin: Term.optional().describe('Months, at least; of Sold Units that are financed'),
  termMax: Term.optional().describe('At most'),
  finalPaymentFrom: Day.optional().describe('Final Payment Date: this day or later; of Sold Units that are financed'),
  finalPaymentTo: Day.optional().describe('This day or earlier'),
  make: Name.optional().describe('The whole name, in upper or lower case'),
  model: Name.optional().describe('The whole name, in upper or lower case'),
  vin: Vin.optional(),
};

const ranges = [
  ['from', 'to'],
  ['amountMin', 'amountMax'],
  ['termMin', 'termMax'],
  ['finalPaymentFrom', 'finalPaymentTo'],
] as const;
const ofFinancedOnly = ['termMin', 'termMax', 'finalPaymentFrom', 'finalPaymentTo'] as const;

type Fields = z.output<z.ZodObject<typeof fields>>;

/** What can find nothing would look like an answer. */
function checkFields({ value, issues }: { value: Fields; issues: z.core.$ZodRawIssue[] }): void {
  const refuse = (name: keyof Fields, message: string) =>
    issues.push({ code: 'custom', input: value[name], path: [name], message });
  for (const [low, high] of ranges) {
    const [least, most] = [value[low], value[high]];
    if (least === undefined || most === undefined) continue;
    const isReversed = low === 'amountMin' ? Number(least) > Number(most) : least > most;
    if (isReversed) refuse(high, `comes before ${low}: the range is the wrong way round`);
  }
  const given = (names: readonly (keyof Fields)[]) => names.filter((name) => value[name] !== undefined);
  if (value.type === 'work_order')
    for (const name of given(['cash', ...ofFinancedOnly])) refuse(name, 'is of Sold Units only, not of Work Orders');
  else if (value.cash)
    for (const name of given(['amountMin', 'amountMax', ...ofFinancedOnly]))
      refuse(name, 'does not apply to cash purchases');
}

const ofDealer = {
  account: AccountId.describe('The dealer’s account'),
  ...fields,
  contact: RowId.optional().describe('A contact’s ID'),
};

/** It would be all activities of a dealer under a name. */
function checkSome({ value, issues }: { value: Fields; issues: z.core.$ZodRawIssue[] }): void {
  if (issues.length > 0 || Object.values(value).some((one) => one !== undefined)) return;
  const message = 'is empty: give at least one filter, such as {"type": "sold_unit"}';
  issues.push({ code: 'custom', input: value, message });
}

/** The filter as a saved segment has it. */
export const SegmentFilterBody = z.strictObject(fields).check(checkFields, checkSome).meta({ id: 'ActivityFilter' });

/** The filter as a query string, for pages. */
export const PagedFilter = z.strictObject({ ...ofDealer, ...pageQuery }).check(checkFields);

/** The filter as a query string, for all at once. */
export const WholeFilter = z.strictObject(ofDealer).check(checkFields);
export type AskedFilter = z.output<typeof WholeFilter>;

/** What is asked of the database. */
export function filterOf({ contact, ...filter }: AskedFilter): ActivityFilter {
  return { ...filter, contactId: contact === undefined ? undefined : BigInt(contact) };
}
