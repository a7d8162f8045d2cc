import { domainToASCII } from 'node:url';
import emailAddresses from 'email-addresses';

export interface Mailbox {
  name: string;
  address: string;
}

/**
 * Reads one mailbox as RFC 5322 and RFC 6532 have it: a display name with quotes, commas or other letters, and an address.
 * @throws Error on one line that says what is wrong
 */
export function parseMailbox(text: string): Mailbox {
  const found = emailAddresses({ input: text, rfc6532: true })?.addresses;
  const [mailbox] = found ?? [];
  if (!found || mailbox?.type !== 'mailbox')
    throw new Error('must be a mailbox such as Dealerops <dealerops@example.com>; quote a name that has a comma');
  if (found.length > 1) throw new Error(`must be one mailbox, not ${found.length}`);
  envelopeAddress(mailbox.address);
  return { name: mailbox.name ?? '', address: mailbox.address };
}

/**
 * An address as every mail server takes it: its domain in ASCII (A-labels).
 * @throws Error when it cannot be written so
 */
export function envelopeAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at);
  const domain = domainToASCII(address.slice(at + 1));
  if (!/^[\w!#$%&'*+/=?^`{|}~.-]{1,64}$/.test(local))
    throw new Error('must have an address whose part before the @ is of letters a to z, digits and . _ + - only');
  if (!/^[a-z\d]([a-z\d.-]*[a-z\d])?$/i.test(domain) || domain.length > 253)
    throw new Error('must have an address with the name of a domain after the @');
  return `${local}@${domain}`;
}
