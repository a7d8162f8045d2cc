import { dropMail, queueMail, settleMail } from '../../db/queries/outbox.ts';
import { eleadMail } from '../../domain/cancellations/vendors/elead.ts';
import type { Context } from '../shared/context.ts';
import { dealer, dealerIdAt } from '../shared/dealers.ts';
import { sendOutgoing } from '../shared/outgoingMail.ts';

interface Mail {
  account: string;
  /** The request for which it is sent: a later one sends a mail of its own. */
  requestId: string;
}

export interface MailEnd {
  state: 'accepted' | 'refused' | 'unknown' | 'dropped';
  answer: string;
}

const businessKey = ({ account, requestId }: Mail) => `elead/${account}/${requestId}`;

/** The mail to Elead, once per cancellation (spec: cancellations.md, Elead). */
export function eleadMailActivities(context: Context) {
  const { db } = context.database;
  return {
    async sendEleadMail({ dealerId, ...mail }: Mail & { dealerId?: string }): Promise<MailEnd> {
      const account = await dealer(context.dealers, mail.account);
      const text = eleadMail({ dealerId: dealerIdAt(account, 'crm/elead', dealerId), dealerName: account.name });
      await queueMail(db, { businessKey: businessKey(mail), kind: 'vendor_request', ...text });
      return sendOutgoing(context, businessKey(mail));
    },

    /** The cancellation was withdrawn: a mail that has not left stays; one that has, or may have, is told. */
    dropEleadMail: (mail: Mail): Promise<MailEnd> => dropMail(db, businessKey(mail)),

    settleEleadMail: ({ sendAgain, by, ...mail }: Mail & { sendAgain: boolean; by: string }): Promise<void> =>
      settleMail(db, businessKey(mail), sendAgain ? 'send_again' : 'accepted', by),
  };
}
