import { z } from 'zod';
import { defaultImport } from '../../../domain/feeds/defaultImport.ts';
import { type FeedImportSettings, feedDmsNames, feedKinds } from '../../../domain/feeds/feeds.ts';
import { problemWithPattern } from '../../../domain/feeds/fileNames.ts';
import { folderKey } from '../../../domain/feeds/importRules.ts';
import { noCdk, notOffered } from '../../../domain/feeds/onboarding.ts';
import { secretName } from '../../../domain/feeds/settings.ts';
import { AccountId } from '../../../domain/shared/inputs.ts';
import { problemWithFolder } from '../../../domain/shared/remoteFiles.ts';
import { ScheduleTimes } from '../../../domain/shared/schedules.ts';
import { versionOf } from './assertVersion.ts';

/** A feed import's settings as they are sent, under the names that the feeds team knows (spec: proresponse-feeds.md, step 4). */

/** The feeds team writes these flags as 1 and 0. */
const Flag = z.union([z.boolean(), z.literal([0, 1])], 'must be true or false, or 1 or 0').transform(Boolean);
const always = 'must be true: files are taken by SFTP only, since anything else would send the password unencrypted';
const Sftp = z.union([z.literal(true), z.literal(1)], always).transform(() => true as const);

const Folder = z
  .string()
  .max(1_000)
  .check(({ value, issues }) => {
    const message = problemWithDirectory(value);
    if (message !== undefined) issues.push({ code: 'custom', input: value, message });
  });

function problemWithDirectory(folder: string): string | undefined {
  const problem = problemWithFolder(folder);
  if (problem) return problem;
  if (folderKey(folder) === '') return 'is the whole server: name the dealer’s folder, such as dealername/IDS/';
  const parts = folder.replace(/^\/|\/$/g, '').split('/');
  if (parts.some((part) => part.trim() === '' || part === '.')) return 'has an empty part, or one that is only a dot';
}

const Secret = z
  .string()
  .regex(secretName, 'must be the name of a secret, such as feeds-proresponse: never the secret itself')
  .describe('Name of a secret that whoever runs Dealerops keeps: 1 to 64 lower-case letters, digits and hyphens');

const fingerprint = /^SHA256:([A-Za-z0-9+/]{43})=?$/;
const HostKey = z
  .string()
  .refine(isFingerprint, 'must be a fingerprint as `ssh-keygen -lf` shows it: SHA256: and 43 characters of base64')
  .overwrite((pin) => pin.replace(/=$/, ''))
  .describe('Such as SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU');

/** Whether it stands for 32 bytes. */
function isFingerprint(pin: string): boolean {
  const [, digest] = fingerprint.exec(pin) ?? [];
  return digest !== undefined && Buffer.from(digest, 'base64').toString('base64') === `${digest}=`;
}

const Host = z
  .string()
  .max(253)
  .toLowerCase()
  .regex(
    /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|[0-9a-f:.]*:[0-9a-f:.]*)$/,
    'must be a server’s name or address, without a port',
  );

/** Each of them, without what is taken when it is left out. */
export const settingsFields = {
  deleteFromServer: Flag.describe('Whether a file is deleted on the server after all of it is stored'),
  moveTo: Folder.nullable().describe('The folder to which a file is moved instead; null leaves it where it is'),
  directory: Folder.describe('The dealer’s folder as it is on the server, such as dealername/IDS/'),
  filename: z
    .string()
    .max(200)
    .describe('A file’s name; with `regex` a pattern (RE2) with which its name ends, such as _SL\\.csv'),
  regex: Flag.describe('Whether `filename` is a pattern'),
  sftp: Sftp.describe('Always true'),
  host: Host.describe('One of the servers that FEED_SFTP_HOSTS allows'),
  port: z.int().min(1).max(65_535),
  username: Secret,
  password: Secret.nullable().describe('Name of a secret; or privateKey'),
  privateKey: Secret.nullable().describe('Name of a secret that is a private key; or password'),
  hostKeys: z
    .array(HostKey)
    .min(1, 'must name the server’s key: nothing is sent to a server that cannot show it')
    .max(2, 'must be one, or two while the server changes its key')
    .refine((pins) => new Set(pins).size === pins.length, 'names a key twice')
    .describe('Fingerprints of the server’s key: one, or two while it changes'),
  localTime: ScheduleTimes.shape.localTime.describe('Time of day (HH:mm) in the dealer’s time zone'),
  jitterMinutes: z.int().min(0).max(240).describe('A run begins up to so many minutes later'),
  maxRejectedShare: z
    .number()
    .min(0)
    .max(1)
    .describe('A file of which a larger share of rows cannot be read is not imported'),
  silentAfterDays: z
    .int()
    .min(1)
    .max(90)
    .describe('When nothing was delivered for so many days, the feeds team has a task'),
  smallBelowShare: z
    .number()
    .min(0)
    .max(1)
    .describe(
      'When a date has fewer rows than this share of what is usual for its weekday, the feeds team has a task; 0: never',
    ),
} satisfies Record<keyof FeedImportSettings, z.ZodType>;

const fields = settingsFields;

/** @returns the pattern's fault, for `check` of an object that has both */
export function checkPattern({
  value: { filename, regex },
  issues,
}: {
  value: { filename?: string; regex?: boolean };
  issues: z.core.$ZodRawIssue[];
}): void {
  const message = filename === undefined || regex === undefined ? undefined : problemWithPattern(filename, regex);
  if (message !== undefined) issues.push({ code: 'custom', input: filename, path: ['filename'], message });
}

export const Dms = z.enum(feedDmsNames).meta({ id: 'FeedDms' });
const AskedDms = z.enum(feedDmsNames, {
  error: ({ input }) => (/^cdk$/i.test(String(input)) ? noCdk : undefined),
});
export const Kind = z.enum(feedKinds).meta({ id: 'FeedKind' });

export const NewFeedImport = z
  .strictObject({
    account: AccountId.describe('The dealer’s account in CST; its time zone is used'),
    dms: AskedDms.describe('The DMS that the dealer uses'),
    kind: Kind.describe('Automate offers sales only'),
    deleteFromServer: fields.deleteFromServer,
    moveTo: fields.moveTo.default(defaultImport.moveTo),
    directory: fields.directory,
    filename: fields.filename.default(defaultImport.filename),
    regex: fields.regex.default(defaultImport.regex),
    sftp: fields.sftp.default(true),
    host: fields.host,
    port: fields.port.default(defaultImport.port),
    username: fields.username,
    password: fields.password.default(null),
    privateKey: fields.privateKey.default(null),
    hostKeys: fields.hostKeys,
    localTime: fields.localTime.default(defaultImport.localTime),
    jitterMinutes: fields.jitterMinutes.default(defaultImport.jitterMinutes),
    maxRejectedShare: fields.maxRejectedShare.default(defaultImport.maxRejectedShare),
    silentAfterDays: fields.silentAfterDays.default(defaultImport.silentAfterDays),
    smallBelowShare: fields.smallBelowShare.default(defaultImport.smallBelowShare),
  })
  .check(checkPattern, ({ value: { dms, kind }, issues }) => {
    const message = notOffered(dms, kind);
    if (message !== undefined) issues.push({ code: 'custom', input: kind, path: ['kind'], message });
  })
  .meta({ id: 'NewFeedImport' });
export type NewFeedImport = z.output<typeof NewFeedImport>;

export const FeedImportChange = z
  .strictObject({
    version: versionOf('import').describe('Of the import as it was read: one that has changed since stays as it is'),
    ...z.object(fields).partial().shape,
  })
  .meta({ id: 'FeedImportChange' });
export type FeedImportChange = z.output<typeof FeedImportChange>;
