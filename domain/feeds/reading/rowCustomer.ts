import type { RowCustomer } from '../feeds.ts';
import { nameKey, partsOfName, readEmail, readPhone, readPostalCode, readText } from './customerValues.ts';
import type { FeedField } from './profiles.ts';
import { RejectedRow, type RowFields } from './rowFields.ts';
import { identifierOf } from './rowIdentifiers.ts';

/**
 * The customer of a row. An email or phone number that cannot be read is left out when something else identifies the customer;
 * otherwise the row is rejected, since it would make a contact that no later row finds.
 */
export function customerOf(row: RowFields): RowCustomer {
  const customer: RowCustomer = {};
  const number = identifierOf(row, 'customerNumber');
  if (number) customer.number = number;
  const email = firstReadable(row, 'email', readEmail);
  if (email.value) customer.email = email.value;
  const phone = firstReadable(row, 'phone', readPhone);
  if (phone.value) customer.phone = phone.value;
  const postalCode = readPostalCode(row.value('postalCode'));
  if (postalCode) customer.postalCode = postalCode;
  addName(customer, row);
  if (number || email.value || phone.value || (customer.nameKey && postalCode)) return customer;
  if (email.unreadable !== undefined)
    throw new RejectedRow(
      'bad_email',
      email.unreadable,
      'is not an email address, and nothing else identifies the customer',
    );
  if (phone.unreadable !== undefined)
    throw new RejectedRow(
      'bad_phone',
      phone.unreadable,
      'is not a phone number with its area code, and nothing else identifies the customer',
    );
  return customer;
}

function addName(customer: RowCustomer, row: RowFields): void {
  let firstName = readText(row.name('firstName'));
  let lastName = readText(row.name('lastName'));
  if (!firstName && !lastName) {
    const full = readText(row.name('fullName'));
    if (full) ({ firstName, lastName } = partsOfName(full));
  }
  const company = readText(row.name('company'));
  if (firstName) customer.firstName = firstName;
  if (lastName) customer.lastName = lastName;
  if (company) customer.company = company;
  const name = firstName || lastName ? `${firstName ?? ''} ${lastName ?? ''}` : company;
  const key = name && nameKey(name);
  if (key) customer.nameKey = key;
}

function firstReadable(
  row: RowFields,
  field: FeedField,
  read: (cell: string) => string | null | undefined,
): { value?: string; unreadable?: string } {
  let unreadable: string | undefined;
  for (const { value, column } of row.values(field)) {
    const found = read(value);
    if (found) return { value: found };
    if (found === null) unreadable ??= column;
  }
  return { unreadable };
}
