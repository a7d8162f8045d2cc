import { z } from 'zod';
import type { Db } from '../../../db/client.ts';
import { eventsOfSubject } from '../../../db/queries/events.ts';
import {
  type ActivityPlace,
  type ActivityWithContact,
  type ContactRow,
  pathsOfFiles,
  salesOfUnits,
} from '../../../db/queries/feeds/activities.ts';
import { type ComparedField, comparedBy, explainedMatch } from '../../../domain/feeds/contactMatch.ts';
import { activityTypeTitles } from '../../../domain/feeds/feeds.ts';
import { type pageQuery, readPage } from '../../server/paging.ts';
import { Day, RowId } from './activityFilter.ts';
import type { Activity, ActivityMatch, Contact } from './activitySchemas.ts';

/**
 * One page of a list of activities, the latest first.
 * @param list names it in its cursors
 */
export async function activityPage(
  db: Db,
  list: string,
  page: z.output<z.ZodObject<typeof pageQuery>>,
  read: (at: { after?: ActivityPlace; limit: number }) => Promise<ActivityWithContact[]>,
): Promise<{ activities: Activity[]; nextCursor: string | null }> {
  const { items, nextCursor } = await readPage(page, {
    place: z.tuple([z.literal(list), Day, RowId]),
    read: (place, limit) => read({ after: place && { occurredOn: place[1], id: BigInt(place[2]) }, limit }),
    placeOf: ({ activity: { occurredOn, id } }) => [list, occurredOn, String(id)],
  });
  return { activities: await activitiesOf(db, items), nextCursor };
}

/** Activities of one dealer as their readers see them. */
export async function activitiesOf(db: Db, rows: ActivityWithContact[]): Promise<Activity[]> {
  const orders = rows.flatMap(({ activity }) => (activity.type === 'work_order' && activity.vin ? [activity] : []));
  const vins = [...new Set(orders.map(({ vin }) => vin!))];
  const sales = await salesOfUnits(db, orders[0]?.account ?? '', vins);
  const paths = await pathsOfFiles(db, [...new Set(rows.map(({ activity }) => activity.fileId))]);
  return rows.map((row) => activityOf(row, sales, paths));
}

function activityOf(
  { activity: one, contact }: ActivityWithContact,
  sales: Map<string, bigint>,
  paths: Map<string, string>,
): Activity {
  const isSale = one.type === 'sold_unit';
  const soldUnit = isSale ? undefined : sales.get(one.vin ?? '');
  return {
    id: String(one.id),
    ...{ account: one.account, dms: one.dms, type: one.type, title: activityTypeTitles[one.type] },
    ...{ date: one.occurredOn, dateLabel: isSale ? 'Sold Date' : 'Work Order Date' },
    contact: { id: String(contact.id), name: nameOf(contact) },
    cashPurchase: isSale ? one.amountFinanced === null : null,
    finance: isSale ? financeOf(one) : null,
    workOrder: isSale
      ? null
      : {
          number: one.workOrderNumber,
          isNumberDerived: one.isNumberDerived,
          amount: one.amount,
          description: one.description,
        },
    unit: {
      ...{ vin: one.vin, stockNumber: one.stockNumber, year: one.unitYear, make: one.unitMake, model: one.unitModel },
      ...{ type: one.unitType, soldUnit: soldUnit === undefined ? null : String(soldUnit) },
    },
    source: { importId: one.importId, fileId: one.fileId, file: paths.get(one.fileId) ?? null, line: one.line },
  };
}

function financeOf(one: ActivityWithContact['activity']): Activity['finance'] {
  const { amountFinanced, term, monthlyPayment, finalPaymentOn: finalPaymentDate } = one;
  if (amountFinanced === null) return { applicable: false };
  return { applicable: true, amountFinanced, term, monthlyPayment, finalPaymentDate };
}

export function contactOf(row: ContactRow): Contact {
  const { id, account, firstName, lastName, company, email, phone, postalCode, customerNumber, dms, mergedInto } = row;
  return {
    ...{ id: String(id), account, name: nameOf(row), firstName, lastName, company, email, phone, postalCode },
    ...{ customerNumber, dms, mergedInto: mergedInto === null ? null : String(mergedInto) },
  };
}

/** A person's name, or else the company's. */
function nameOf({ firstName, lastName, company }: ContactRow): string | null {
  return [firstName, lastName].filter(Boolean).join(' ') || company;
}

const labels: Readonly<Record<ComparedField, string>> = {
  customerNumber: 'Customer number',
  email: 'Email',
  phone: 'Phone',
  name: 'Name',
  postalCode: 'Postal code',
};

/** Why an activity has its contact. */
export async function matchOf(db: Db, { activity, contact }: ActivityWithContact): Promise<ActivityMatch> {
  const { contactRule: rule, contactCandidates: candidates } = activity;
  const values = { ...contact, name: nameOf(contact) };
  const changes = await eventsOfSubject(db, 'feeds', `contact/${contact.id}`);
  const words = explainedMatch(rule, candidates, activity.dms);
  return {
    ...{ activity: String(activity.id), rule, candidates, choice: words.choice, ruleInWords: words.rule },
    compared: comparedBy[rule].map((field) => ({ field, label: labels[field], value: values[field] })),
    contact: contactOf(contact),
    changes: changes.map(({ at, by, action, detail }) => ({ at, by, action, detail })),
  };
}
