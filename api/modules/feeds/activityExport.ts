import { randomUUID } from 'node:crypto';
import type { Db } from '../../../db/client.ts';
import type { Acting } from '../../../db/queries/administration.ts';
import { recordEvent } from '../../../db/queries/events.ts';
import { type ActivityPlace, type ActivityWithContact, listActivities } from '../../../db/queries/feeds/activities.ts';
import { csvLine } from '../../../domain/shared/csvCells.ts';
import { type AskedFilter, filterOf } from './activityFilter.ts';
import type { Activity } from './activitySchemas.ts';
import { activitiesOf, contactOf } from './activityView.ts';

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

/**
 * All activities of a filter as CSV, page by page: no more is read than the reader takes. The audit trail says who began it, before
 * the first byte is sent, and how many activities were sent until it ended, whether or not the reader took all of them.
 */
export async function exportOf(db: Db, asked: AskedFilter, acting: Acting): Promise<AsyncGenerator<string>> {
  const id = randomUUID();
  const record = (step: string, action: string, detail: string) => {
    const of = { process: 'feeds', subject: `export/${id}`, account: asked.account, ...acting } as const;
    return recordEvent(db, { id: `feeds/export/${id}/${step}`, ...of, action, detail });
  };
  await record('begun', 'Export of activities begun', filterWords(asked));
  return lines(db, asked, (count, isWhole) =>
    record('ended', isWhole ? 'Activities exported' : 'Export of activities cut off', `activities: ${count}`),
  );
}

/** What was asked for, without anything that identifies a customer. */
function filterWords({ account: _, vin, ...filter }: AskedFilter): string {
  const parts = Object.entries(filter)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return [...parts, ...(vin === undefined ? [] : ['of one VIN'])].join('; ') || 'all activities of the dealer';
}

async function* lines(
  db: Db,
  asked: AskedFilter,
  onEnd: (count: number, isWhole: boolean) => Promise<unknown>,
): AsyncGenerator<string> {
  let count = 0;
  let isWhole = false;
  try {
    // Without the mark, spreadsheets take UTF-8 for another encoding.
    yield `\uFEFF${csvLine(columns)}`;
    for (let after: ActivityPlace | undefined; ; ) {
      const rows = await listActivities(db, filterOf(asked), { after, limit: pageSize });
      const shown = await activitiesOf(db, rows);
      count += rows.length;
      if (rows.length > 0) yield shown.map((one, index) => lineOf(one, rows[index]!.contact)).join('');
      if (rows.length < pageSize) break;
      const { occurredOn, id } = rows.at(-1)!.activity;
      after = { occurredOn, id };
    }
    isWhole = true;
  } finally {
    await onEnd(count, isWhole);
  }
}

function lineOf({ finance, workOrder, unit, ...one }: Activity, contact: ActivityWithContact['contact']): string {
  const { name, email, phone, postalCode, customerNumber, id } = contactOf(contact);
  const terms = finance?.applicable
    ? [number(finance.amountFinanced), finance.term, number(finance.monthlyPayment), finance.finalPaymentDate]
    : finance
      ? notApplicable
      : ofOtherType;
  const order = workOrder
    ? [workOrder.number, yesOrNo(workOrder.isNumberDerived), number(workOrder.amount), workOrder.description]
    : ofOtherType;
  const cells = [
    ...[one.title, one.date, name, email, phone, postalCode, customerNumber],
    one.cashPurchase === null ? null : yesOrNo(one.cashPurchase),
    ...terms,
    ...order,
    ...[unit.vin, unit.stockNumber, unit.year, unit.make, unit.model, unit.type, id, one.id],
  ];
  return csvLine(cells.map((cell) => cell ?? ''));
}

/** A number is never a formula, also a negative one. */
function number(amount: string | null): number | null {
  return amount === null ? null : Number(amount);
}

function yesOrNo(is: boolean): string {
  return is ? 'Yes' : 'No';
}
