import { dealersOfCst, dealersOfRegistry } from '../activities/dealers.ts';
import { buildApp } from '../api/app.ts';
import { encryptionCodec } from '../worker/codec.ts';
import type { ApiSettings } from './config.ts';
import { connectionsOf } from './connections.ts';
import type { Parts } from './parts.ts';
import { portFailure } from './startError.ts';

/** A batch of a thousand. */
const longestRequestMs = 120_000;

/**
 * Starts the API and, where it was built, the console.
 * @throws StartError when its port is in use
 */
export async function runApi(
  settings: ApiSettings,
  parts: Parts,
  { console, logger }: { console?: string; logger: boolean },
): Promise<{ close(): Promise<void> }> {
  const app = await buildApp({
    database: parts.database,
    temporal: parts.temporal,
    accounts: parts.cst ? dealersOfCst(parts.cst) : dealersOfRegistry(parts.database.db),
    codec: encryptionCodec(settings.keyring),
    connected: { cst: parts.cst !== undefined },
    trustProxy: settings.trustProxy,
    secure: settings.publicUrl?.startsWith('https:'),
    webUiUrl: settings.webUiUrl,
    namespace: settings.temporal.namespace,
    console,
    logger,
  });
  const { host, port } = settings;
  const connections = connectionsOf(app.server);
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    throw portFailure(error, { host, port, setting: 'PORT' });
  }
  return {
    async close() {
      await Promise.all([app.close(), connections.close(longestRequestMs)]);
    },
  };
}
