import { Client, Connection, isGrpcServiceError } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { openConnectors } from '../activities/connectors/index.ts';
import type { Outside } from '../activities/index.ts';
import { openMailer } from '../activities/shared/mail.ts';
import { recordingHealth } from '../activities/shared/systemHealth.ts';
import { openBulkDatabase } from '../db/bulk.ts';
import { type Database, openDatabase } from '../db/client.ts';
import { encryptingDataConverter } from '../worker/codec.ts';
import { recordCipher } from '../worker/recordCipher.ts';
import type { Settings } from './config.ts';
import { schedulesOf } from './schedules.ts';
import { firstLine, StartError } from './startError.ts';

/** What the API and the worker are made of. */
export interface Parts extends Outside {
  connection: Connection;
  dataConverter: DataConverter;
  close(): Promise<void>;
}

/**
 * Opens the connections to PostgreSQL, Temporal and the outside systems.
 * @throws StartError when PostgreSQL or Temporal cannot be reached
 */
export async function openParts(settings: Settings): Promise<Parts> {
  const dataConverter = encryptingDataConverter(settings.keyring);
  const database = openDatabase(settings.databaseUrl);
  const bulkDatabase = openBulkDatabase(settings.databaseUrl);
  const mailer = openMailer(settings.mail);
  const connection = await reached(settings, database).catch(async (error) => {
    mailer.close();
    await database.close();
    throw error;
  });
  const temporal = new Client({ connection, namespace: settings.temporal.namespace, dataConverter });
  return {
    database,
    connection,
    temporal,
    mailer,
    dataConverter,
    connectors: openConnectors(settings.connectors, recordingHealth(database.db)),
    schedules: schedulesOf(temporal),
    cancellations: settings.cancellations,
    feeds: settings.feeds,
    bulkDatabase,
    cipher: recordCipher(settings.keyring),
    consoleUrl: settings.publicUrl,
    async close() {
      mailer.close();
      await connection.close();
      await bulkDatabase.close();
      await database.close();
    },
  };
}

async function reached(settings: Settings, database: Database): Promise<Connection> {
  await reachDatabase(database);
  return connectTemporal(settings.temporal);
}

/** @throws StartError when it cannot be reached */
export async function reachDatabase({ pool }: Database): Promise<void> {
  await pool.query('select 1').catch((error) => {
    throw new StartError(`PostgreSQL cannot be reached (${error.message || error.code}): check DATABASE_URL`);
  });
}

/** @throws StartError when it cannot be reached within 10 seconds */
export async function connectTemporal({ connectionOptions }: Settings['temporal']): Promise<Connection> {
  try {
    return await Connection.connect({ ...connectionOptions, connectTimeout: '10s' });
  } catch (error) {
    throw unreachableTemporal(connectionOptions.address, error);
  }
}

/** @throws StartError when the namespace is not there */
export async function expectNamespace({ workflowService }: Connection, namespace: string): Promise<void> {
  try {
    await workflowService.describeNamespace({ namespace });
  } catch (error) {
    // What else may be wrong, such as that this key may not ask, is not known by this.
    if (!isGrpcServiceError(error) || error.code !== 5) return;
    throw new StartError(
      `There is no namespace ${namespace} in Temporal: create it, or set TEMPORAL_NAMESPACE to the one that there is`,
    );
  }
}

export function unreachableTemporal(address = 'localhost:7233', error: unknown): StartError {
  return new StartError(
    `Temporal at ${address} cannot be reached (${firstLine(error)}): check TEMPORAL_ADDRESS and its TLS or API key`,
  );
}
