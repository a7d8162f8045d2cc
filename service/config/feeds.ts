import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { problemWithEmail } from '../../domain/feeds/onboardingContact.ts';
import { defaultOnboarding, type FeedSettings, parseSftpHosts, type SftpHost } from '../../domain/feeds/settings.ts';
import { count } from './values.ts';

/** The settings of feeds. Without them no server is connected to, and the API says so. */

const sftpHosts = z.string().transform((text, context): SftpHost[] => {
  try {
    return parseSftpHosts(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

function isHttps(text: string): boolean {
  return URL.canParse(text) && new URL(text).protocol === 'https:';
}

export const feedVariables = {
  FEED_SFTP_HOSTS: sftpHosts.optional(),
  FEED_SPOOL_DIR: z.string().refine(isAbsolute, 'must be an absolute path of a folder').optional(),
  FEED_SECRETS_DIR: z.string().refine(isAbsolute, 'must be an absolute path of a folder').optional(),
  FEED_SUGGESTIONS_TO: z
    .string()
    .refine(
      (text) => problemWithEmail(text) === undefined || isHttps(text),
      'must be an email address, or a web address that begins with https://',
    )
    .optional(),
  PRORESPONSE_EMAIL: z
    .string()
    .refine((text) => problemWithEmail(text) === undefined, 'must be an email address, such as data@example.com')
    .optional(),
  PRORESPONSE_REMINDER_BUSINESS_DAYS: count(1, 60).default(defaultOnboarding.reminderBusinessDays),
  PRORESPONSE_MOST_REMINDERS: count(1, 20).default(defaultOnboarding.mostReminders),
  PRORESPONSE_ESCALATE_AFTER_REMINDERS: count(1, 20).default(defaultOnboarding.escalateAfterReminders),
  FEED_PERMISSION_DAYS: count(7, 365).default(defaultOnboarding.permissionDays),
  FEED_FILE_BUSINESS_DAYS: count(1, 60).default(defaultOnboarding.fileBusinessDays),
};
export const feedVariablesTogether: readonly (keyof typeof feedVariables)[] = ['FEED_SFTP_HOSTS', 'FEED_SECRETS_DIR'];

type Values = z.output<z.ZodObject<typeof feedVariables>>;

export function feedSettings(values: Values): FeedSettings {
  const { FEED_SFTP_HOSTS: hosts, FEED_SECRETS_DIR: secretsDir, FEED_SPOOL_DIR: spoolDir } = values;
  return {
    sftp: hosts && secretsDir !== undefined ? { hosts, secretsDir } : undefined,
    spoolDir,
    suggestionsTo: values.FEED_SUGGESTIONS_TO,
    onboarding: {
      proResponseEmail: values.PRORESPONSE_EMAIL,
      reminderBusinessDays: values.PRORESPONSE_REMINDER_BUSINESS_DAYS,
      mostReminders: values.PRORESPONSE_MOST_REMINDERS,
      escalateAfterReminders: values.PRORESPONSE_ESCALATE_AFTER_REMINDERS,
      permissionDays: values.FEED_PERMISSION_DAYS,
      fileBusinessDays: values.FEED_FILE_BUSINESS_DAYS,
    },
  };
}
