import { migrationSettings } from '../service/config.ts';
import { migrateService } from '../service/migration.ts';
import { connectTemporal } from '../service/parts.ts';
import { runProgram } from '../service/runProgram.ts';
import { ensureSearchAttributes } from '../service/searchAttributes.ts';

/** `npm run migrate`: brings the tables up to date and registers the search attributes; safe to run again. */
await runProgram(async () => {
  const settings = migrationSettings();
  // A release that is taken back runs on the tables of the newer one.
  const newer = await migrateService(settings.databaseUrl, {
    instead: 'set DATABASE_URL to an empty database',
    leaveNewer: true,
  });
  const connection = await connectTemporal(settings.temporal);
  try {
    await ensureSearchAttributes(connection, settings.temporal.namespace);
  } finally {
    await connection.close();
  }
  if (newer) console.log(`${newer}: they were left as they are`);
  else console.log('The tables and the search attributes are up to date');
});
