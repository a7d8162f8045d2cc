import { readFileSync } from 'node:fs';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { openConnectors } from '../../activities/connectors/index.ts';
import { openMailer } from '../../activities/shared/mail.ts';
import { recordingHealth } from '../../activities/shared/systemHealth.ts';
import { openBulkDatabase } from '../../db/bulk.ts';
import { openDatabase } from '../../db/client.ts';
import { defaultInactiveStatuses } from '../../domain/cancellations/gate.ts';
import { schedulesOf } from '../../service/schedules.ts';
import { encryptingDataConverter } from '../../worker/codec.ts';
import { parseKeyring } from '../../worker/keyring.ts';
import { recordCipher } from '../../worker/recordCipher.ts';
import { startWorker } from '../../worker/worker.ts';

/** A worker in a process of its own, to be killed. */
const { address, namespace, databaseUrl, keyring, connectors, feeds, smtpUrl, bundleFile, queue } = JSON.parse(
  process.env.WORKER_SETTINGS!,
);
Runtime.install({ logger: new DefaultLogger('ERROR') });
const dataConverter = encryptingDataConverter(parseKeyring(keyring));
const temporal = new Client({ connection: await Connection.connect({ address }), namespace, dataConverter });
const database = openDatabase(databaseUrl);
const keys = parseKeyring(keyring);
const worker = await startWorker({
  connection: await NativeConnection.connect({ address }),
  namespace,
  dataConverter,
  queue,
  bundle: { code: readFileSync(bundleFile, 'utf8') } as WorkflowBundleWithSourceMap,
  outside: {
    database,
    temporal,
    connectors: openConnectors(connectors, recordingHealth(database.db)),
    schedules: schedulesOf(temporal),
    cancellations: { inactiveStatuses: defaultInactiveStatuses },
    feeds,
    bulkDatabase: openBulkDatabase(databaseUrl),
    cipher: recordCipher(keys),
    mailer: openMailer({ url: smtpUrl, from: { name: 'Dealerops', address: 'dealerops@example.com' } }),
  },
});
console.log('running');
await worker.done;
