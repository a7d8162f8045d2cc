import { ApplicationFailure } from '@temporalio/common';
import type { OnboardingRow } from '../../db/queries/feeds/onboardings.ts';
import { dropMail, type FinalMail, queueMail, settleMail } from '../../db/queries/outbox.ts';
import type { FeedKind } from '../../domain/feeds/feeds.ts';
import type { OnboardingContact } from '../../domain/feeds/onboarding.ts';
import { type ProResponseMail, proResponseMail, proResponseMailKey } from '../../domain/feeds/onboardingMail.ts';
import { localDate } from '../../domain/shared/businessDays.ts';
import { sendOutgoing } from '../shared/outgoingMail.ts';
import type { FeedContext } from './context.ts';
import { onboardingRow } from './onboardingRecords.ts';

interface Mail {
  onboardingId: string;
  /** What ProResponse is asked for. */
  kinds: FeedKind[];
  mail: ProResponseMail;
}

/** `not_configured`: a person writes it. */
export type ProResponseMailEnd = FinalMail | { state: 'not_configured'; answer: '' };

/** The mails to ProResponse, each once. */
export function onboardingMailActivities(context: FeedContext) {
  const { db } = context.database;
  return {
    /** A reminder whose answer was lost is sent again, with the same Message-ID; of the others a person finds out. */
    async sendProResponseMail({ onboardingId, kinds, mail }: Mail): Promise<ProResponseMailEnd> {
      const to = context.feeds.onboarding?.proResponseEmail;
      if (to === undefined) return { state: 'not_configured', answer: '' };
      const text = mailOf(await onboardingRow(db, onboardingId), kinds, mail);
      const businessKey = proResponseMailKey(onboardingId, mail);
      await queueMail(db, { businessKey, kind: mail.what === 'reminder' ? 'reminder' : 'vendor_request', to, ...text });
      return sendOutgoing(context, businessKey);
    },

    /** It is not wanted any more: one that has not left stays; one that has, or may have, is told. */
    dropProResponseMail: ({ onboardingId, mail }: Omit<Mail, 'kinds'>): Promise<FinalMail> =>
      dropMail(db, proResponseMailKey(onboardingId, mail)),

    settleProResponseMail: ({
      onboardingId,
      mail,
      sendAgain,
      by,
    }: Omit<Mail, 'kinds'> & { sendAgain: boolean; by: string }): Promise<void> =>
      settleMail(db, proResponseMailKey(onboardingId, mail), sendAgain ? 'send_again' : 'accepted', by),
  };
}

/** @throws ApplicationFailure to be tried again while the contact is not known, such as after a database was restored */
export function mailOf(row: OnboardingRow, kinds: readonly FeedKind[], mail: ProResponseMail) {
  const contact = contactOf(row);
  if (!contact)
    throw ApplicationFailure.retryable(`The contact of the onboarding ${row.id} is not known`, 'OnboardingIncomplete');
  const askedOn = row.askedAt ? localDate(row.askedAt, row.timeZone) : undefined;
  return proResponseMail(mail, { ...row, kinds, contact, askedOn });
}

/** Whom ProResponse asks for permission (spec: proresponse-feeds.md, step 1); null while any part of it is missing. */
export function contactOf({ contactName, contactPhone, contactEmail }: OnboardingRow): OnboardingContact | null {
  if (contactName === null || contactPhone === null || contactEmail === null) return null;
  return { name: contactName, phone: contactPhone, email: contactEmail };
}
