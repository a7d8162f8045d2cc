import { namesOf } from '../activities/connectors/index.ts';
import { openFeedServer } from '../activities/feeds/server.ts';
import { dealersOf } from '../activities/shared/dealers.ts';
import { buildApp } from '../api/server/app.ts';
import { encryptionCodec } from '../worker/codec.ts';
import type { ApiSettings } from './config.ts';
import { connectionsOf } from './connections.ts';
import type { Parts } from './parts.ts';
import { diskHasRoom } from './readiness/disk.ts';
import { readinessOf } from './readiness/readiness.ts';
import { partsOfApi } from './readiness/service.ts';
import { portFailure } from './startError.ts';

/** A batch of a thousand. */
const longestRequestMs = 120_000;

/**
 * Starts the API and, where it was built, the console.
 * @param dataFolder of the servers that run on this machine: without room there the API is not ready
 * @throws StartError when its port is in use
 */
export async function runApi(
  settings: ApiSettings,
  parts: Parts,
  { console, logger, dataFolder }: { console?: string; logger: boolean; dataFolder?: string },
): Promise<{ close(): Promise<void> }> {
  const app = await buildApp({
    database: parts.database,
    temporal: parts.temporal,
    accounts: dealersOf(parts),
    codec: encryptionCodec(settings.keyring),
    readiness: readinessOf({ ...partsOfApi(parts), ...(dataFolder && { disk: diskHasRoom(dataFolder) }) }),
    cancellations: parts.cancellations,
    feeds: parts.feeds,
    openFeedServer: (server, options) => openFeedServer(parts.feeds, server, options),
    cipher: parts.cipher,
    schedules: parts.schedules,
    connectors: namesOf(parts.connectors),
    trustProxy: settings.trustProxy,
    secure: settings.publicUrl?.startsWith('https:'),
    webUi: settings.webUi,
    namespace: settings.temporal.namespace,
    sandbox: settings.sandbox,
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
