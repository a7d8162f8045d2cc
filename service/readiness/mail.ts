import type { Database } from '../../db/client.ts';
import { mailRejection } from '../../db/queries/outbox.ts';
import { degraded, type Look, ok } from './readiness.ts';

/** No mail waits because the mail server rejects us; the service does all else meanwhile. */
export function mailIsAccepted({ db }: Database): Look {
  return async () => {
    const rejection = await mailRejection(db);
    if (!rejection) return ok;
    const { since, waiting, reason } = rejection;
    const what = `since ${since.toISOString()} the mail server rejects this service, and ${waiting} ${waiting === 1 ? 'mail waits' : 'mails wait'}`;
    return degraded(`${what}: ${reason}. Check SMTP_URL, MAIL_FROM and the account's limits`);
  };
}
