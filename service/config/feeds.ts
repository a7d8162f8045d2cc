import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { type FeedSettings, parseSftpHosts, type SftpHost } from '../../domain/feeds/settings.ts';

/** The settings of feeds. Without them no server is connected to, and the API says so. */

const sftpHosts = z.string().transform((text, context): SftpHost[] => {
  try {
    return parseSftpHosts(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

export const feedVariables = {
  FEED_SFTP_HOSTS: sftpHosts.optional(),
  FEED_SPOOL_DIR: z.string().refine(isAbsolute, 'must be an absolute path of a folder').optional(),
  FEED_SECRETS_DIR: z.string().refine(isAbsolute, 'must be an absolute path of a folder').optional(),
};
export const feedVariablesTogether: readonly (keyof typeof feedVariables)[] = ['FEED_SFTP_HOSTS', 'FEED_SECRETS_DIR'];

type Values = z.output<z.ZodObject<typeof feedVariables>>;

export function feedSettings(values: Values): FeedSettings {
  const { FEED_SFTP_HOSTS: hosts, FEED_SECRETS_DIR: secretsDir, FEED_SPOOL_DIR: spoolDir } = values;
  return { sftp: hosts && secretsDir !== undefined ? { hosts, secretsDir } : undefined, spoolDir };
}
