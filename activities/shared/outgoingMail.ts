import { cancellationSignal, metricMeter } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Db } from '../../db/client.ts';
import { type FinalMail, mailRejection, queueMail, waitingAlerts } from '../../db/queries/outbox.ts';
import { whoIsTold } from '../../db/queries/people.ts';
import { mailRejectedMail } from '../../domain/shared/noticeTexts.ts';
import type { Context } from './context.ts';
import { sendMail } from './mail.ts';

/**
 * Sends a queued mail from an activity; a withdrawal ends the try unless the mail is leaving. When the mail server rejects us,
 * an alert to each team lead is queued, or where there is none to each administrator. It leaves right after the first mail that the
 * server accepts again; until then `/readyz`, the metric and the log say so.
 * @throws as `sendMail` does
 */
export async function sendOutgoing(
  { database: { db }, mailer }: Pick<Context, 'database' | 'mailer'>,
  businessKey: string,
  stillWanted?: () => Promise<boolean>,
): Promise<FinalMail> {
  const gauge = metricMeter.createGauge('dealerops_mail_rejected', 'int', '1', 'Whether the mail server rejects us');
  const cancelled = cancellationSignal();
  const sending = {
    db,
    mailer: { ...mailer, closing: AbortSignal.any([mailer.closing, stopping(cancelled)]) },
    cancelled,
  };
  try {
    const end = await sendMail(sending, businessKey, stillWanted);
    if (end.state !== 'accepted') return end;
    const alerts = await waitingAlerts(db);
    // One that does not leave now stays queued for the next time.
    await Promise.allSettled(alerts.map((alert) => sendMail(sending, alert)));
    gauge.set((await mailRejection(db)) ? 1 : 0);
    return end;
  } catch (error) {
    if (error instanceof ApplicationFailure && error.type === 'MailSenderRejected') {
      gauge.set(1);
      await queueAlerts(db);
    }
    throw error;
  }
}

/** A worker that stops has no ten minutes for an answer: what has left is then unknown, and a person looks. */
function stopping(cancelled: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const look = () => {
    if ((cancelled.reason as Error).message === 'WORKER_SHUTDOWN')
      controller.abort(new Error('the worker is stopping'));
  };
  if (cancelled.aborted) look();
  cancelled.addEventListener('abort', look, { once: true });
  return controller.signal;
}

async function queueAlerts(db: Db): Promise<void> {
  const rejection = await mailRejection(db);
  if (!rejection) return;
  for (const { id, email } of await whoIsTold(db)) {
    const businessKey = `mail-rejected/${rejection.since.toISOString()}/${id}`;
    await queueMail(db, { businessKey, kind: 'alert', to: email, ...mailRejectedMail(rejection) });
  }
}
