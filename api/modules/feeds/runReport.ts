import { z } from 'zod';
import { readReport } from '../../../db/queries/feeds/reports.ts';
import type { FeedRunRow } from '../../../db/queries/feeds/runLists.ts';
import type { Caller } from '../../../db/queries/keys.ts';
import { contactRules } from '../../../domain/feeds/feeds.ts';
import type { SampledActivity } from '../../../domain/feeds/reports.ts';
import { keyIsGone, opened } from '../../../domain/shared/recordCipher.ts';
import { hasScope } from '../../server/auth.ts';
import type { ApiOptions } from '../../server/options.ts';
import { count, FileState, RowCounts } from './runFields.ts';

/** What a dry run or a trial has found, as people read it before they approve of an import. */

const text = z.string().nullable();
const amount = z.string().nullable().describe('Decimal, such as 1234.50');

const Contact = z
  .object({
    customerNumber: text,
    firstName: text,
    lastName: text,
    company: text,
    email: text,
    phone: text,
    postalCode: text,
  })
  .meta({ id: 'FeedSampleContact' });

const Sample = z
  .object({
    type: z.enum(['sold_unit', 'work_order']),
    occurredOn: z.iso.date().describe('Sold Date, or the date of the work order'),
    isCashPurchase: z.boolean().nullable().describe('Null for work orders; the finance fields do not apply then'),
    amountFinanced: amount,
    term: z.int().nullable(),
    monthlyPayment: amount,
    finalPaymentOn: z.iso.date().nullable(),
    workOrderNumber: text,
    isNumberDerived: z.boolean(),
    amount,
    vin: text,
    stockNumber: text,
    unitYear: z.int().nullable(),
    unitMake: text,
    unitModel: text,
    unitType: text,
    description: text,
    contactRule: z.enum(contactRules).describe('By what its contact is found; `created`: it would be a new one'),
    contactCandidates: z.int().min(0).describe('How many contacts the rule found; the oldest is taken'),
    contact: Contact,
  })
  .meta({ id: 'FeedActivitySample' });

const FileReport = z
  .object({
    path: z.string(),
    state: FileState.describe('What would become of it'),
    reason: z.string().nullable(),
    counts: RowCounts,
    contactsFound: count,
    contactsCreated: count,
    rejections: z
      .array(z.object({ line: z.int(), column: z.string().nullable(), code: z.string(), reason: z.string() }))
      .describe('The first rows that cannot be read'),
    sample: z
      .array(Sample)
      .nullable()
      .describe('A few activities as they would be; null for keys without the scope `contacts:read`'),
  })
  .meta({ id: 'FeedFileReport' });

export const RunReport = z
  .object({ files: z.array(FileReport).describe('The first 20 that were looked at') })
  .meta({ id: 'FeedRunReport' });

/** The report of a run as the caller may see it. @returns `reportMissing`: why there is none, of a run that should have one */
export function reportOf(
  { cipher }: Pick<ApiOptions, 'cipher'>,
  caller: Caller,
  { report: sealed }: FeedRunRow,
): { report: z.output<typeof RunReport> | null; reportMissing: string | null } {
  if (!sealed) return { report: null, reportMissing: null };
  const report = opened(() => readReport(cipher, sealed));
  if (!report) return { report: null, reportMissing: keyIsGone };
  const maySee = hasScope(caller, ['contacts:read']);
  const files = report.files.map(({ rejections, sample, reason = null, ...file }) => ({
    ...file,
    reason,
    rejections: rejections.map(({ column = null, ...one }) => ({ ...one, column })),
    sample: maySee ? sample.map(sampleView) : null,
  }));
  return { report: { files }, reportMissing: null };
}

function sampleView(one: SampledActivity): z.output<typeof Sample> {
  return { ...one, isCashPurchase: one.type === 'sold_unit' ? one.amountFinanced === null : null };
}
