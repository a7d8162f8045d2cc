import { Command, InvalidArgumentError } from 'commander';
import type { z } from 'zod';
import { openDatabase } from '../db/client.ts';
import { createKey, findKeyById, listKeys, revokeKey } from '../db/queries/keys.ts';
import { findPerson } from '../db/queries/people.ts';
import { linkHours, makeSignInLink, signInAddress } from '../db/queries/signInLinks.ts';
import { ApiKeyId, KeyName, PersonId } from '../domain/shared/inputs.ts';
import { type KeyScope, keyScopes } from '../domain/shared/keyScopes.ts';
import { runProgram } from '../service/runProgram.ts';
import { serviceConsoleUrl, serviceDatabaseUrl } from '../service/serviceDatabase.ts';
import { StartError } from '../service/startError.ts';

/** `npm run api-keys`: makes, lists and revokes API keys, and makes sign-in links, on the database of `DATABASE_URL` or of `npm start`. */

/** Commander puts its own sentence before. */
const invalid = (message: string) => new InvalidArgumentError(`It ${message}.`);

function scope(text: string, before: KeyScope[] = []): KeyScope[] {
  if (!keyScopes.includes(text as KeyScope)) throw invalid(`must be one of ${keyScopes.join(', ')}`);
  if (before.includes(text as KeyScope)) throw invalid('is there twice');
  return [...before, text as KeyScope];
}

function date(text: string): Date {
  const read = new Date(text);
  if (Number.isNaN(read.getTime())) throw invalid('must be a date such as 2027-01-31');
  if (read <= new Date()) throw invalid('must be in the future');
  return read;
}

function count(text: string): number {
  const read = Number(text);
  if (!Number.isInteger(read) || read < 1) throw invalid('must be a whole number of at least 1');
  return read;
}

/** An option read by the API's own rule. */
function as(schema: z.ZodType<string>) {
  return (text: string): string => {
    const read = schema.safeParse(text);
    if (!read.success) throw invalid(read.error.issues[0]!.message);
    return read.data;
  };
}

interface CreateOptions {
  name: string;
  scope: KeyScope[];
  expires?: Date;
  person?: string;
  perMinute?: number;
}

async function withDatabase(work: (db: ReturnType<typeof openDatabase>['db']) => Promise<void>): Promise<void> {
  await runProgram(async () => {
    const database = openDatabase(serviceDatabaseUrl(), { max: 1 });
    try {
      await work(database.db);
    } finally {
      await database.close();
    }
  });
}

const program = new Command('api-keys').description('Makes, lists and revokes API keys');

program
  .command('create')
  .description('Make a key; it is shown only now')
  .requiredOption('--name <name>', 'what it is for, such as offboarding', as(KeyName))
  .requiredOption('--scope <scope>', `one of ${keyScopes.join(', ')}; may be given several times`, scope)
  .option('--expires <date>', 'when it stops working', date)
  .option('--person <id>', 'whose it is: tasks are done with a person’s key', as(PersonId))
  .option('--per-minute <count>', 'how many requests it may make in a minute', count)
  .action((options: CreateOptions) =>
    withDatabase(async (db) => {
      const { name, scope: scopes, expires, person, perMinute } = options;
      if (person && !(await findPerson(db, person))?.active) {
        throw new StartError(`There is no active person ${person}: enter them first with PUT /v1/people/${person}`);
      }
      const { id, key } = await createKey(db, {
        name,
        scopes,
        personId: person,
        expiresAt: expires,
        requestsPerMinute: perMinute,
      });
      console.log(`${key}\nThis key is not shown again. Its ID: ${id}`);
    }),
  );

program
  .command('list')
  .description('All keys, without the keys themselves')
  .action(() =>
    withDatabase(async (db) => {
      for (const key of await listKeys(db)) {
        const end = key.revokedAt
          ? `revoked ${key.revokedAt.toISOString()}`
          : key.expiresAt
            ? `until ${key.expiresAt.toISOString()}`
            : 'never expires';
        console.log(`${key.id}  ${key.name.padEnd(16)} ${key.scopes.join(',')}  ${key.personId ?? '-'}  ${end}`);
      }
    }),
  );

program
  .command('revoke')
  .description('End a key, at once')
  .argument('<id>', 'the ID that create and list show', as(ApiKeyId))
  .action((id: string) =>
    withDatabase(async (db) => {
      if (!(await revokeKey(db, id))) throw new StartError(`There is no such key, or it was revoked before: ${id}`);
      console.log(`Revoked ${id}`);
    }),
  );

program
  .command('sign-in-link')
  .description(`Make a link that signs in to the console once, within ${linkHours} hours, as the owner of a key`)
  .argument('<id>', 'the ID of the key, which create and list show', as(ApiKeyId))
  .action((id: string) =>
    withDatabase(async (db) => {
      const consoleUrl = serviceConsoleUrl();
      if (!(await findKeyById(db, id)))
        throw new StartError(`There is no such key, it was revoked or has expired, or its person has left: ${id}`);
      console.log(signInAddress(consoleUrl, await makeSignInLink(db, id)));
    }),
  );

await program.parseAsync();
