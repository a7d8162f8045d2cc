import type { Db } from '../../../db/client.ts';
import { type ActivityFilter, type ActivityPlace, listActivities } from '../../../db/queries/feeds/activities.ts';
import { activitiesOf, contactOf } from './activityView.ts';
import { csvLine } from './csv.ts';

/** Rows that are in memory at once. */
const pageSize = 500;

const columns = [
  ...['Type', 'Date', 'Contact', 'Email', 'Phone', 'Postal Code', 'Customer Number', 'Cash Purchase'],
  ...['Amount Financed', 'Term', 'Monthly Payment', 'Final Payment Date', 'Work Order Number', 'Number Derived'],
  ...['Work Order Amount', 'Description', 'VIN', 'Stock Number', 'Year', 'Make', 'Model', 'Unit Type', 'Contact ID'],
  'Activity ID',
];
const notApplicable = ['not applicable', 'not applicable', 'not applicable', 'not applicable'];
const ofOtherType = [null, null, null, null];

/** All activities of a filter as lines of CSV, page by page: no more is read than the reader takes. */
export async function* exportedActivities(db: Db, filter: ActivityFilter): AsyncGenerator<string> {
  yield csvLine(columns);
  for (let after: ActivityPlace | undefined; ; ) {
    const rows = await listActivities(db, filter, { after, limit: pageSize });
    const shown = await activitiesOf(db, rows);
    yield shown
      .map((one, n) => {
        const { name, email, phone, postalCode, customerNumber, id } = contactOf(rows[n]!.contact);
        const { cashPurchase, finance, workOrder, unit } = one;
        const terms = finance?.applicable
          ? [finance.amountFinanced, finance.term, finance.monthlyPayment, finance.finalPaymentDate]
          : finance
            ? notApplicable
            : ofOtherType;
        const order = workOrder
          ? [workOrder.number, yesOrNo(workOrder.isNumberDerived), workOrder.amount, workOrder.description]
          : ofOtherType;
        return csvLine([
          ...[one.title, one.date, name, email, phone, postalCode, customerNumber],
          cashPurchase === null ? null : yesOrNo(cashPurchase),
          ...terms,
          ...order,
          ...[unit.vin, unit.stockNumber, unit.year, unit.make, unit.model, unit.type, id, one.id],
        ]);
      })
      .join('');
    if (rows.length < pageSize) return;
    const { occurredOn, id } = rows.at(-1)!.activity;
    after = { occurredOn, id };
  }
}

function yesOrNo(is: boolean): string {
  return is ? 'Yes' : 'No';
}
