import { parsePhoneNumberFromString } from 'libphonenumber-js';

/** Checks of the contact at a dealership, as a person enters it. */

const longestEmail = 254;
const emailAddress = /^[a-z0-9._%+'-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,63}$/i;

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
