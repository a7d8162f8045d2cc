import { dropMail, queueMail, settleMail } from '../../db/queries/outbox.ts';
import { eleadMail, eleadMailKey } from '../../domain/cancellations/vendors/elead.ts';
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

/** The mail to Elead, once per cancellation (spec: cancellations.md, Elead). */
export function eleadMailActivities(context: Context) {
  const { db } = context.database;
  return {
    async sendEleadMail({ dealerId, ...mail }: Mail & { dealerId?: string }): Promise<MailEnd> {
      const account = await dealer(context.dealers, mail.account);
      const text = eleadMail({ dealerId: dealerIdAt(account, 'crm/elead', dealerId), dealerName: account.name });
      await queueMail(db, { businessKey: eleadMailKey(mail), kind: 'vendor_request', ...text });
      return sendOutgoing(context, eleadMailKey(mail));
    },

    /** The cancellation was withdrawn: a mail that has not left stays; one that has, or may have, is told. */
    dropEleadMail: (mail: Mail): Promise<MailEnd> => dropMail(db, eleadMailKey(mail)),

    settleEleadMail: ({ sendAgain, by, ...mail }: Mail & { sendAgain: boolean; by: string }): Promise<void> =>
      settleMail(db, eleadMailKey(mail), sendAgain ? 'send_again' : 'accepted', by),
  };
}
