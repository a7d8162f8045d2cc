import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { and, eq, isNull } from 'drizzle-orm';
import { afterEach, expect, it } from 'vitest';
import { createKey } from '../../db/queries/keys.ts';
import { cancellationRequests } from '../../db/schema/cancellations.ts';
import { cancellationWorkflowId } from '../../domain/cancellations/cancellations.ts';
import { parseKeyring } from '../../worker/keyring.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/freePort.ts';
import { expectAllReplay } from '../support/replay.ts';
import { startService, type TestService } from '../support/service.ts';
import { type SilentProxy, startSilentProxy } from '../support/silentProxy.ts';

/** The API is killed when it has written a request, and before it has told Temporal of it. */

let service: TestService;
let proxy: SilentProxy;
let api: ChildProcess;
afterEach(async () => {
  api?.kill('SIGKILL');
  await proxy.close();
  await service.close();
});

/** An API in a process of its own, which reaches Temporal by the proxy. @returns starts a cancellation, and does not wait */
async function startApi(keyring: string) {
  const port = await freePort();
  const script = new URL('../../bin/api.ts', import.meta.url).pathname;
  const env = {
    ...{ PATH: process.env.PATH, PORT: String(port), HOST: '127.0.0.1', LOG_LEVEL: 'error' },
    ...{ DATABASE_URL: 'env:THE_DATABASE', THE_DATABASE: service.database.url },
    ...{ TEMPORAL_ADDRESS: `127.0.0.1:${proxy.port}`, TEMPORAL_NAMESPACE: service.namespace },
    ...{ DEALEROPS_CODEC_KEYS: 'env:THE_KEYS', THE_KEYS: keyring },
    ...{ CST_URL: service.sandbox.cst.url, CST_TOKEN: 'env:THE_TOKEN', THE_TOKEN: service.sandbox.cst.token },
    ...{ SMTP_URL: service.sandbox.smtp.url, MAIL_FROM: 'dealerops@example.com' },
  };
  api = spawn(process.execPath, ['--import', createRequire(import.meta.url).resolve('tsx'), script], {
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const { key } = await createKey(service.db, {
    ...{ name: 'offboarding', scopes: ['cancellations:write', 'read'], requestsPerMinute: 10_000 },
  });
  const url = `http://127.0.0.1:${port}`;
  await eventually(async () => (await fetch(`${url}/healthz`)).ok, { within: 120_000 });
  return (account: string, integrations: string[]) =>
    fetch(`${url}/v1/cancellations`, {
      method: 'POST',
      headers: {
        ...{ authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        'idempotency-key': randomUUID(),
      },
      body: JSON.stringify({ account, integrations, reason: 'subscription_canceled' }),
    }).then(
      ({ status }) => status,
      () => 'no answer' as const,
    );
}

it.each([
  ['whose dealer has no workflow', false],
  ['that joins a running cancellation', true],
])(
  'a request %s, of which the API was killed before it told Temporal, is carried out by maintenance',
  async (_of, joins) => {
    const keyring = `faults:${randomBytes(32).toString('base64')}`;
    service = await startService({ keyring: parseKeyring(keyring) });
    proxy = await startSilentProxy({ port: Number(service.address.split(':')[1]) });
    // Of this dealer both integrations are ended: a person's, and one that needs nobody.
    const account = 'D-1503';
    const dealer = dealerOf(service, account);
    const start = await startApi(keyring);
    if (joins) {
      await dealer.cancel(['dms/dealervault']);
      await dealer.task('dealervault-sales');
    }

    proxy.silence();
    const answer = start(account, ['crm/elead']);
    const { takenAt, requestId, cancellationId } = cancellationRequests;
    const [written] = await eventually(async () => {
      const rows = await service.db
        .select({ id: requestId, cancellationId })
        .from(cancellationRequests)
        .where(isNull(takenAt));
      return rows.length > 0 && rows;
    });
    api.kill('SIGKILL');
    expect(await answer).toBe('no answer');

    await eventually(async () => (await dealer.progress(written!.cancellationId, 'crm/elead'))?.state === 'ended', {
      within: 90_000,
    });
    const [taken] = await service.db
      .select()
      .from(cancellationRequests)
      .where(and(eq(requestId, written!.id)));
    expect(taken!.takenAt).toBeInstanceOf(Date);
    const mails = service.sandbox.smtp.messages.filter(({ to }) => to.includes('elead'));
    expect(mails).toHaveLength(1);
    if (joins) {
      expect((await dealer.tasks()).map(({ state }) => state)).toEqual(['open', 'open']);
      for (const kind of ['dealervault-sales', 'dealervault-service']) await dealer.done(kind, { deactivated: true });
    }
    const workflow = service.client.workflow.getHandle(cancellationWorkflowId(account));
    expect(await workflow.result()).toMatchObject({ 'crm/elead': 'ended' });
    await expectAllReplay(service);
  },
);
