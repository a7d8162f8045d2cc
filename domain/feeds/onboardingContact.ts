import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { plainEmail } from './reading/customerValues.ts';

/** Checks of the contact at a dealership, as a person enters it. */

const longestEmail = 254;
const emailAddress = new RegExp(plainEmail.source, 'i');

/** What is wrong with a phone number; undefined when it can be called. */
export function problemWithPhone(text: string): string | undefined {
  if (text.length <= 60 && parsePhoneNumberFromString(text, 'US')?.isPossible()) return undefined;
  return 'is not a phone number with its area code, such as 312-555-0100';
}

/** What is wrong with an email address; undefined when it can be written to. */
export function problemWithEmail(text: string): string | undefined {
  if (text.length <= longestEmail && emailAddress.test(text)) return undefined;
  return 'is not an email address, such as kim@example.com';
}
