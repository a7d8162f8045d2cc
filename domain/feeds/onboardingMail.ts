import { oneLine } from '../shared/tasks.ts';
import { type FeedDms, type FeedKind, feedDmsTitles } from './feeds.ts';
import { kindsInWords, type OnboardingContact } from './onboarding.ts';

/** Mails to ProResponse. Names are put on one line, so that none can add a header or a sentence of its own. */

/** Which mail of an onboarding; the same again is sent once. */
export type ProResponseMail =
  | { what: 'request' }
  | { what: 'reminder'; nth: number }
  /** The first file is not as it must be: one mail for each trial. */
  | { what: 'correction'; kind: FeedKind; trial: string; problem: string }
  | { what: 'stop' };

/** What the mails are made of. */
export interface ProResponseMailFacts {
  account: string;
  dealerName: string;
  dms: FeedDms;
  kinds: readonly FeedKind[];
  contact: OnboardingContact;
  /** The local date on which ProResponse was asked; absent of the request itself. */
  askedOn?: string;
}

/** Key of the mail in the outbox. */
export function proResponseMailKey(onboardingId: string, mail: ProResponseMail): string {
  const which = mail.what === 'reminder' ? `/${mail.nth}` : mail.what === 'correction' ? `/${mail.trial}` : '';
  return `feeds/onboarding/${onboardingId}/${mail.what}${which}`;
}

/** Subject and text, in plain text. */
export function proResponseMail(
  mail: ProResponseMail,
  { account, dealerName, dms, kinds, contact, askedOn }: ProResponseMailFacts,
): { subject: string; body: string } {
  const dealer = oneLine(dealerName);
  const concerned = kindsInWords('kind' in mail ? [mail.kind] : kinds);
  const data = `${feedDmsTitles[dms]} ${concerned}`;
  const facts = [`Dealership: ${dealer} (our ID: ${account})`, `DMS: ${feedDmsTitles[dms]}`, `Data: ${concerned}`];
  const asked = askedOn ? `We asked you on ${askedOn}.` : 'We have asked you before.';
  const letter = (subject: string, ...lines: string[]) => ({
    subject: `${subject}: ${data}, ${dealer}`,
    body: ['Hello,', '', ...lines, '', 'Thank you.', ''].join('\n'),
  });
  switch (mail.what) {
    case 'request':
      return letter(
        'Request for dealer data',
        'Please ask this dealership for permission to extract its data, and deliver it to the SFTP server.',
        '',
        ...facts,
        `Contact at the dealership: ${oneLine(contact.name)}`,
        `Phone: ${oneLine(contact.phone)}`,
        `Email: ${oneLine(contact.email)}`,
        '',
        ...(kinds.length > 1 ? ['Please deliver each as a file of its own.'] : []),
        'Please tell us what the dealership answers, and when the first file is on the server.',
      );
    case 'reminder':
      return letter(
        'Reminder',
        `${asked} Has the dealership given its permission? Please tell us what it answers, also if it declines.`,
        '',
        ...facts,
      );
    case 'correction':
      return letter(
        'File to be corrected',
        'The first file of this dealership cannot be used as it is. Please deliver a corrected one and tell us.',
        '',
        ...facts,
        `What is wrong: ${oneLine(mail.problem)}`,
      );
    case 'stop':
      return letter(
        'Please stop',
        'This dealership’s data is not wanted any more. Please do not extract it, stop its delivery, and remove files that are left in its folder.',
        '',
        ...facts,
      );
  }
}
