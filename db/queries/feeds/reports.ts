import { eq } from 'drizzle-orm';
import {
  type DryRunReport,
  type FileReport,
  type SampledActivity,
  withFileReport,
} from '../../../domain/feeds/reports.ts';
import type { RecordCipher } from '../../../domain/shared/recordCipher.ts';
import type { Db } from '../../client.ts';
import { feedRuns } from '../../schema/feeds.ts';
import type { SampledRow } from './importRows.ts';

/** Reports of dry runs, encrypted in the rows of their runs. */

/** Adds what was found in one file; nothing where there is no such run. */
export async function addToReport(db: Db, cipher: RecordCipher, runId: string, file: FileReport): Promise<void> {
  await db.transaction(async (tx) => {
    const [row] = await tx
      .select({ report: feedRuns.report })
      .from(feedRuns)
      .where(eq(feedRuns.id, runId))
      .for('update');
    if (!row) return;
    const report = withFileReport(row.report ? readReport(cipher, row.report) : { files: [] }, file);
    const sealed = cipher.encrypt(Buffer.from(JSON.stringify(report)));
    await tx.update(feedRuns).set({ report: sealed }).where(eq(feedRuns.id, runId));
  });
}

/** @throws Error when the key is not held any more */
export function readReport(cipher: RecordCipher, sealed: Buffer): DryRunReport {
  return JSON.parse(cipher.decrypt(sealed).toString());
}

/** What people see of an activity; what it does not have is absent. */
export function sampledActivity({ activity, contact }: SampledRow): SampledActivity {
  const { type, occurredOn, isNumberDerived, contactRule, contactCandidates } = activity;
  return {
    ...{ type, occurredOn, isNumberDerived, contactRule, contactCandidates },
    ...present({
      ...{ amountFinanced: activity.amountFinanced, term: activity.term, monthlyPayment: activity.monthlyPayment },
      ...{
        finalPaymentOn: activity.finalPaymentOn,
        workOrderNumber: activity.workOrderNumber,
        amount: activity.amount,
      },
      ...{ vin: activity.vin, stockNumber: activity.stockNumber, description: activity.description },
      ...{ unitYear: activity.unitYear, unitMake: activity.unitMake, unitModel: activity.unitModel },
      unitType: activity.unitType,
    }),
    contact: present({
      ...{ customerNumber: contact.customerNumber, firstName: contact.firstName, lastName: contact.lastName },
      ...{ company: contact.company, email: contact.email, phone: contact.phone, postalCode: contact.postalCode },
    }),
  };
}

type Present<T> = { [Name in keyof T]?: NonNullable<T[Name]> };

function present<T extends object>(values: T): Present<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)) as Present<T>;
}
