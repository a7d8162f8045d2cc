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

/** What people see of an activity. */
export function sampledActivity({ activity, contact }: SampledRow): SampledActivity {
  const { type, occurredOn, isNumberDerived, contactRule, contactCandidates } = activity;
  const { amountFinanced, term, monthlyPayment, finalPaymentOn, workOrderNumber, amount } = activity;
  const { vin, stockNumber, unitYear, unitMake, unitModel, unitType, description } = activity;
  const { customerNumber, firstName, lastName, company, email, phone, postalCode } = contact;
  return {
    ...{ type, occurredOn, isNumberDerived, contactRule, contactCandidates },
    ...{ amountFinanced, term, monthlyPayment, finalPaymentOn, workOrderNumber, amount },
    ...{ vin, stockNumber, unitYear, unitMake, unitModel, unitType, description },
    contact: { customerNumber, firstName, lastName, company, email, phone, postalCode },
  };
}
