import type { RowCustomer } from '../feeds.ts';
import { nameKey, partsOfName, readEmail, readPhone, readPostalCode, readText } from './customerValues.ts';
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
  const email = row.readable('email', readEmail);
  if (email) customer.email = email;
  const phone = row.readable('phone', readPhone);
  if (phone) customer.phone = phone;
  const postalCode = readPostalCode(row.value('postalCode'));
  if (postalCode) customer.postalCode = postalCode;
  addName(customer, row);
  if (!(number || email || phone || (customer.nameKey && postalCode))) rejectUnreadable(row);
  return customer;
}

function rejectUnreadable(row: RowFields): void {
  const andNothing = 'and nothing else identifies the customer';
  const email = row.unreadable('email', readEmail);
  if (email) throw new RejectedRow('bad_email', email, `is not an email address, ${andNothing}`);
  const phone = row.unreadable('phone', readPhone);
  if (phone) throw new RejectedRow('bad_phone', phone, `is not a phone number with its area code, ${andNothing}`);
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
  const key = firstName || lastName ? nameKey(firstName ?? '', lastName) : company && nameKey(company);
  if (key) customer.nameKey = key;
}
