import { forgetKeys } from '../../../db/queries/idempotency.ts';
import { forgetSessions } from '../../../db/queries/sessions.ts';
import { forgetSignInLinks } from '../../../db/queries/signInLinks.ts';
import type { ApiOptions, App } from '../options.ts';

const hourMs = 3_600_000;

/** Once an hour, while the API runs: deletes Idempotency-Keys older than 30 days, and sessions and sign-in links that have ended. */
export function addMaintenance(app: App, { database }: ApiOptions): void {
  const keepUp = async () => {
    const { db } = database;
    for (const forget of [forgetKeys, forgetSessions, forgetSignInLinks]) {
      await forget(db).catch((error) => app.log.error({ err: error }, `${forget.name} has failed`));
    }
  };
  let timer: NodeJS.Timeout;
  app.addHook('onReady', async () => {
    timer = setInterval(keepUp, hourMs).unref();
  });
  app.addHook('onClose', async () => clearInterval(timer));
}
