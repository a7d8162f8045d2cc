import { forgetKeys } from '../../db/idempotency.ts';
import type { ApiOptions, App } from '../options.ts';

const hourMs = 3_600_000;

/** Once an hour, for as long as the API runs: forgets Idempotency-Keys that are older than 30 days. */
export function addUpkeep(app: App, { database }: ApiOptions): void {
  const keepUp = () =>
    forgetKeys(database.db).catch((error) => app.log.error({ err: error }, 'old Idempotency-Keys were not forgotten'));
  let timer: NodeJS.Timeout;
  app.addHook('onReady', async () => {
    timer = setInterval(keepUp, hourMs).unref();
  });
  app.addHook('onClose', async () => clearInterval(timer));
}
