import { hash } from 'node:crypto';
import type { ActivityRow, RowCustomer } from '../feeds.ts';
import { readText } from './customerValues.ts';
import { readDate, readModelYear, readPaymentDate } from './dates.ts';
import type { FeedField } from './profiles.ts';
import { customerOf } from './rowCustomer.ts';
import { RejectedRow, type RowFields } from './rowFields.ts';
import { identifierOf, stockNumberOf, vinOf } from './rowIdentifiers.ts';
import { readAmount, readCount } from './values.ts';

/** From the cells of a row to its activity (spec: proresponse-feeds.md). */

const longestTerm = 1200;
/** A shorter one may be of several units. */
const shortestVinOfKey = 6;

const dateExpected = 'expected one such as 1/31/2026, 2026-01-31 or Jan 31, 2026';

/** A Sold Unit. On a cash purchase the finance columns do not apply, and are not read. @throws RejectedRow */
export function soldUnitOf(row: RowFields): ActivityRow {
  const occurredOn = dateOf(row, 'date', readDate);
  if (!occurredOn) throw new RejectedRow('missing_date', row.column('date'), `is empty: ${dateExpected}`);
  const customer = customerOf(row);
  const activity: ActivityRow = { key: '', occurredOn, customer };
  const amountFinanced = amountOf(row, 'amountFinanced');
  if (amountFinanced) {
    activity.amountFinanced = amountFinanced;
    activity.term = termOf(row);
    activity.monthlyPayment = amountOf(row, 'monthlyPayment');
    activity.finalPaymentOn = dateOf(row, 'finalPaymentOn', (text) => readPaymentDate(text, occurredOn));
  }
  addUnit(activity, row);
  activity.key = keyOfSale(row, activity);
  return activity;
}

function keyOfSale(row: RowFields, unit: ActivityRow): string {
  const { occurredOn, customer } = unit;
  const deal = identifierOf(row, 'dealNumber');
  if (deal) return `deal:${deal.toUpperCase()}`;
  if (unit.vin && unit.vin.length >= shortestVinOfKey) return `vin:${unit.vin}:${occurredOn}`;
  if (unit.stockNumber) return `stock:${unit.stockNumber}:${occurredOn}`;
  const who = identityOf(customer);
  if (who) return `customer:${digest([who, occurredOn, ...unitParts(unit)])}`;
  throw new RejectedRow(
    'no_key',
    undefined,
    'has no deal number, VIN or stock number, and no customer: nothing tells it from other sales',
  );
}

/**
 * A Work Order. Without a number it has one that is made of VIN and date, or of customer, date and unit.
 * @param fileDate stands for its date when it has none
 * @throws RejectedRow
 */
export function workOrderOf(row: RowFields, fileDate: string): ActivityRow {
  const date = dateOf(row, 'date', readDate);
  const activity: ActivityRow = { key: '', occurredOn: date ?? fileDate, customer: customerOf(row) };
  if (!date) activity.isFileDate = true;
  activity.amount = amountOf(row, 'amount');
  const manufacturer = addUnit(activity, row);
  const number = identifierOf(row, 'workOrderNumber');
  if (number) {
    activity.key = `wo:${number.toUpperCase()}`;
    activity.workOrderNumber = number;
  } else {
    const derived = digest(partsOfWorkOrder(row, activity, date));
    activity.key = `derived:${derived}`;
    activity.workOrderNumber = `D-${derived.slice(0, 12).toUpperCase()}`;
    activity.isNumberDerived = true;
  }
  const description = distinct([manufacturer, activity.unitMake, activity.unitModel, activity.unitType]).join(' ');
  if (description) activity.description = description;
  return activity;
}

function partsOfWorkOrder(row: RowFields, activity: ActivityRow, date: string | undefined): string[] {
  const without = 'is empty, and a number can be derived only of a row with a date and a VIN or customer';
  const { vin, customer } = activity;
  if (date && vin && vin.length >= shortestVinOfKey) return ['vin', vin, date];
  const who = identityOf(customer);
  if (date && who) return [who, date, ...unitParts(activity)];
  throw new RejectedRow('no_key', row.column('workOrderNumber'), without);
}

/** By what a customer is known in a key, the strongest first. */
function identityOf({ number, email, phone, nameKey, postalCode }: RowCustomer): string | undefined {
  if (number) return `number ${number}`;
  if (email) return `email ${email}`;
  if (phone) return `phone ${phone}`;
  return nameKey && `name ${nameKey} ${postalCode ?? ''}`;
}

function unitParts({ vin, unitYear, unitMake, unitModel, unitType }: Partial<ActivityRow>): string[] {
  return [vin, unitYear, unitMake, unitModel, unitType].map((part) => String(part ?? '').toUpperCase());
}

/** Keys hold no personal values. */
function digest(parts: string[]): string {
  return hash('sha256', JSON.stringify(parts), 'hex').slice(0, 32);
}

/** @returns the manufacturer, which may be another than the make */
function addUnit(activity: ActivityRow, row: RowFields): string | undefined {
  const manufacturer = textOf(row, 'manufacturer');
  activity.vin = vinOf(row);
  activity.stockNumber = stockNumberOf(row);
  activity.unitYear = readModelYear(row.value('unitYear'));
  activity.unitMake = textOf(row, 'unitMake') ?? manufacturer;
  activity.unitModel = textOf(row, 'unitModel');
  activity.unitType = textOf(row, 'unitType');
  return manufacturer;
}

function textOf(row: RowFields, field: FeedField): string | undefined {
  const value = row.value(field);
  return value === '' ? undefined : readText(value);
}

function distinct(texts: (string | undefined)[]): string[] {
  const seen = new Set<string>();
  return texts.filter((text): text is string => {
    if (!text || seen.has(text.toLowerCase())) return false;
    seen.add(text.toLowerCase());
    return true;
  });
}

function dateOf(row: RowFields, field: FeedField, read: (text: string) => string | null): string | undefined {
  const value = row.value(field);
  if (value === '') return undefined;
  const date = read(value);
  if (date) return date;
  // A value of another kind may be personal: the cells may have been shifted.
  const shown = /^(?:\d{1,2}|\d{4})[-/.]\d{1,2}[-/.](?:\d{4}|\d{1,2})(?!\d)/.exec(value)?.[0];
  throw new RejectedRow(
    'bad_date',
    row.column(field),
    `is ${shown ? `${shown}, ` : ''}not a valid date: ${dateExpected}`,
  );
}

function amountOf(row: RowFields, field: FeedField): string | undefined {
  const value = row.value(field);
  if (value === '') return undefined;
  const amount = readAmount(value);
  if (amount) return amount;
  const expected = 'expected one such as 1234.50 or $1,234.50, with at most 2 decimals and 12 digits before them';
  throw new RejectedRow('bad_amount', row.column(field), `is not an amount: ${expected}`);
}

function termOf(row: RowFields): number | undefined {
  const value = row.value('term');
  if (value === '') return undefined;
  const term = readCount(value, longestTerm);
  if (term !== null) return term;
  throw new RejectedRow('bad_term', row.column('term'), `is not a whole number of months, from 0 to ${longestTerm}`);
}
