import { migrateDatabase, openDatabase } from '../db/client.ts';
import { migrationSettings } from '../service/config.ts';
import { connectTemporal, reachDatabase } from '../service/parts.ts';
import { runProgram } from '../service/runProgram.ts';
import { ensureSearchAttributes } from '../service/searchAttributes.ts';

/** `npm run migrate`: brings the tables up to date and registers the search attributes; safe to run again. */
await runProgram(async () => {
  const settings = migrationSettings();
  const database = openDatabase(settings.databaseUrl, { max: 1 });
  try {
    await reachDatabase(database);
  } finally {
    await database.close();
  }
  await migrateDatabase(settings.databaseUrl);
  const connection = await connectTemporal(settings.temporal);
  try {
    await ensureSearchAttributes(connection, settings.temporal.namespace);
  } finally {
    await connection.close();
  }
  console.log('The tables and the search attributes are up to date');
});
