import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImportConflict } from '../../../db/queries/feeds/imports.ts';
import { type FeedImportSettings, feedDmsTitles } from '../../../domain/feeds/feeds.ts';
import { faultsOfSettings } from '../../../domain/feeds/importRules.ts';
import { type FeedSettings, mayConnect } from '../../../domain/feeds/settings.ts';
import type { FoundAccount } from '../../../domain/shared/accountRecords.ts';
import type { ApiOptions } from '../../server/options.ts';
import { type Fault, invalidRequest, Problem, unknownAccount, unusableAccount } from '../../server/problems.ts';
import { addressOf, missingFor } from './importView.ts';

/**
 * What a request does not know of itself: which servers may be connected to, and which secrets there are.
 * @throws Problem 400 for what does not fit together, 409 where feeds cannot connect, 422 for a server or secret that cannot be used
 */
export async function assertUsableSettings(
  { feeds }: Pick<ApiOptions, 'feeds'>,
  settings: Omit<FeedImportSettings, 'sftp'>,
): Promise<void> {
  const faults = faultsOfSettings(settings).map(({ field, message }) => ({ path: `/${field}`, message }));
  if (faults.length > 0) throw invalidRequest(faults);
  const { sftp } = feeds;
  if (!sftp)
    throw new Problem(409, 'not-configured', missingFor({ feeds }, 'change', { state: 'active', endsOn: null })!);
  const unusable = [...serverFaults(feeds, settings), ...(await secretFaults(sftp.secretsDir, settings))];
  if (unusable.length === 0) return;
  const detail = unusable.map(({ path, message }) => `${path} ${message}.`).join(' ');
  throw new Problem(422, 'invalid-request', detail, { errors: unusable });
}

function serverFaults(feeds: FeedSettings, { host, port }: Pick<FeedImportSettings, 'host' | 'port'>): Fault[] {
  if (mayConnect(feeds, { host, port })) return [];
  const { hosts } = feeds.sftp!;
  const path = hosts.some((one) => one.host === host) ? '/port' : '/host';
  const allowed = hosts.map((one) => `${one.host}:${one.port}`).join(', ');
  return [{ path, message: `is not of a server that feeds may connect to (FEED_SFTP_HOSTS): ${allowed}` }];
}

const secretFields = ['username', 'password', 'privateKey'] as const;

/** By its name only: what is in it is read when it is used. */
async function secretFaults(
  folder: string,
  settings: Pick<FeedImportSettings, (typeof secretFields)[number]>,
): Promise<Fault[]> {
  const checked = secretFields.map(async (field): Promise<Fault[]> => {
    const name = settings[field];
    if (name === null) return [];
    const isThere = await access(join(folder, name), constants.R_OK).then(
      () => true,
      () => false,
    );
    const message = `names the secret ${name}, which is not there: whoever runs Dealerops adds a file of that name to FEED_SECRETS_DIR`;
    return isThere ? [] : [{ path: `/${field}`, message }];
  });
  return (await Promise.all(checked)).flat();
}

/** The dealer of a new import. @throws Problem 422 when it is not known, or its time zone is not */
export async function dealerOfImport(options: ApiOptions, id: string): Promise<FoundAccount> {
  const account = await options.accounts.find(id);
  if (!account) throw unknownAccount(id, options);
  const faults = account.faults.filter(({ field }) => field === 'timeZone');
  if (faults.length > 0) throw unusableAccount(account.id, faults);
  return account;
}

/** @returns 409 with the address of the import that is in the way */
export function conflictOfImports({ conflict, other }: ImportConflict): Problem {
  const { id, account, dealerName, dms, kind, directory, filename } = other;
  const which = `the ${feedDmsTitles[dms]} ${kind} import of dealer ${dealerName ?? account} (${account}), ${addressOf(id)}`;
  if (conflict === 'exists') {
    const detail = `The dealer has this import already: ${which}. Change that one, or end it first.`;
    return conflictProblem(detail, { path: '/kind', message: `is imported already: ${addressOf(id)}` });
  }
  if (conflict === 'moved') {
    const detail = `What one of the two imports moves away, the other one would take: ${which} takes the files of ${directory}. Choose another folder to move to.`;
    return conflictProblem(detail, { path: '/moveTo', message: `meets ${addressOf(id)}` });
  }
  const detail = `Both would take the same files, and their header would not tell whose they are: ${which} takes ${filename} of ${directory}. Choose another directory or filename.`;
  return conflictProblem(detail, { path: '/directory', message: `has the files of ${addressOf(id)}` });
}

function conflictProblem(detail: string, fault: Fault): Problem {
  return new Problem(409, 'conflict', detail, { errors: [fault] });
}
