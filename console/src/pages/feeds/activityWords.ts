import type { ContactRule } from '../../../../domain/feeds/feeds.ts';
import type { components } from '../../app/api.generated.ts';

type Schemas = components['schemas'];
export type Sample = Schemas['FeedActivitySample'];
export type Activity = Schemas['FeedActivity'];
export type Contact = Schemas['Contact'];
export type Segment = Schemas['Segment'];
type Terms = { [Name in Exclude<keyof Schemas['FinanceTerms'], 'applicable'>]: Schemas['FinanceTerms'][Name] | null };

/** A label, and what people read beside it. */
export type Fact = readonly [label: string, value: string];

const notApplicable = 'not applicable';
export const orNone = (value: string | number | null) => (value === null || value === '' ? '–' : String(value));

/** A contact's name, or its ID where the files say none. */
export function contactName({ id, name }: Pick<Contact, 'id' | 'name'>): string {
  return name ?? `Contact ${id}`;
}

/** How an activity's contact is found, in a few words. */
export const contactRuleWords: Readonly<Record<ContactRule, string>> = {
  customer_number: 'found by customer number',
  email: 'found by email',
  phone: 'found by phone number',
  name_postal_code: 'found by name and postal code',
  created: 'a new contact',
  kept: 'kept',
  assigned: 'assigned by a person',
};

/** The finance fields of a sold unit; they do not apply to a cash purchase. @param terms null of a cash purchase */
export function financeFacts(terms: Terms | null): Fact[] {
  const shown = (value: string | number | null | undefined, unit = '') =>
    terms === null ? notApplicable : value === null || value === undefined ? '–' : `${value}${unit}`;
  return [
    ['Amount Financed', shown(terms?.amountFinanced)],
    ['Term', shown(terms?.term, ' months')],
    ['Monthly Payment', shown(terms?.monthlyPayment)],
    ['Final Payment Date', shown(terms?.finalPaymentDate)],
  ];
}

/** Such as `2024 Honda Pilot, VIN …`. */
export function unitWords(unit: {
  year: number | null;
  make: string | null;
  model: string | null;
  vin: string | null;
  stockNumber: string | null;
}): string {
  const name = [unit.year, unit.make, unit.model].filter(Boolean).join(' ');
  const parts = [name, unit.vin && `VIN ${unit.vin}`, unit.stockNumber && `stock number ${unit.stockNumber}`];
  return orNone(parts.filter(Boolean).join(', '));
}
