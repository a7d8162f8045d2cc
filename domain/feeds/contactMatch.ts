import { type ContactRule, type FeedDms, feedDmsTitles } from './feeds.ts';

/** Why an activity has its contact, for people (spec: proresponse-feeds.md, Rules). */

/** What of a contact a rule compares. */
export type ComparedField = 'customerNumber' | 'email' | 'phone' | 'name' | 'postalCode';

export const comparedBy: Readonly<Record<ContactRule, readonly ComparedField[]>> = {
  customer_number: ['customerNumber'],
  email: ['email'],
  phone: ['phone'],
  name_postal_code: ['name', 'postalCode'],
  created: [],
  kept: [],
  assigned: [],
};

/** Of the rules by which a contact is found. */
const compared = {
  customer_number: 'the same customer number',
  email: 'the same email',
  phone: 'the same phone number',
  name_postal_code: 'the same name and postal code',
} as const satisfies Partial<Record<ContactRule, string>>;

/** The rule in words, and which of several contacts was taken. */
export function explainedMatch(rule: ContactRule, candidates: number, dms: FeedDms): { rule: string; choice: string } {
  if (rule === 'created')
    return {
      rule: 'When this row was imported, no contact of the dealer had its customer number, email, phone number, or name and postal code yet.',
      // Several rows of one file may have the new customer, and each of them has this rule.
      choice:
        'A new contact was created for it and the other rows of this customer in the same import, if there were any.',
    };
  if (rule === 'kept')
    return {
      rule: 'The row says of its customer nothing by which contacts are compared.',
      choice: 'The activity keeps the contact that it had.',
    };
  if (rule === 'assigned')
    return {
      rule: 'A person has split the activity off from another contact.',
      choice: 'The activity stays with it, whatever later files say of its customer.',
    };
  const found = `A contact of the dealer had ${compared[rule]}`;
  const others = `and no other customer number of ${feedDmsTitles[dms]}; the stronger rules had found none`;
  return {
    rule: rule === 'customer_number' ? `${found}.` : `${found}, ${others}.`,
    choice:
      candidates > 1
        ? `${candidates} contacts were found; the oldest was taken.`
        : 'It was the only one that was found.',
  };
}
