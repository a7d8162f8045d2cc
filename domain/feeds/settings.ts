/** The settings of feeds, the same for the API and the worker. */
export interface FeedSettings {
  /** Absent where feeds cannot connect to any server. */
  sftp?: {
    /** The only servers that may be connected to. */
    hosts: readonly SftpHost[];
    /** The folder of the files that hold the secrets which feed imports name. */
    secretsDir: string;
  };
  /** Where files are kept while they are imported; a folder for temporary files when absent. */
  spoolDir?: string;
  /** Between two looks at a folder: a file that is being uploaded grows. A minute when absent. */
  secondLookMs?: number;
  /** Where people are told to send suggestions for more columns: an email or web address. */
  suggestionsTo?: string;
  /** Those of `defaultOnboarding` when absent. */
  onboarding?: OnboardingSettings;
}

/** How long onboardings wait, and whom they write to. */
export interface OnboardingSettings {
  /** ProResponse's address; absent where people write the mails. */
  proResponseEmail?: string;
  /** Business days between two reminders to ProResponse. */
  reminderBusinessDays: number;
  mostReminders: number;
  /** After so many reminders without an answer, the feeds team and its lead are told. */
  escalateAfterReminders: number;
  /** Days from the mail to ProResponse to the end of the wait for the dealer's permission. */
  permissionDays: number;
  /** Business days from the permission, or from a file that was sent back, in which a file is expected. */
  fileBusinessDays: number;
}

export const defaultOnboarding: OnboardingSettings = {
  reminderBusinessDays: 5,
  mostReminders: 10,
  escalateAfterReminders: 3,
  permissionDays: 90,
  fileBusinessDays: 10,
};

export interface SftpHost {
  /** In lower case. */
  host: string;
  port: number;
}

const usualPort = 22;

/**
 * Reads `sftp.example.com, files.example.com:2222`; without a port it is 22.
 * @throws Error that says what is wrong
 */
export function parseSftpHosts(text: string): SftpHost[] {
  return text.split(',').map((part) => {
    const one = part.trim().toLowerCase();
    const [, host, port] = /^([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]+\])(?::(\d{1,5}))?$/.exec(one) ?? [];
    const number = port === undefined ? usualPort : Number(port);
    if (!host || number < 1 || number > 65_535)
      throw new Error('must be servers with commas between them, such as sftp.example.com, files.example.com:2222');
    return { host: host.replace(/^\[|\]$/g, ''), port: number };
  });
}

/** Whether feeds may connect to a server. */
export function mayConnect({ sftp }: FeedSettings, { host, port }: SftpHost): boolean {
  return sftp?.hosts.some((one) => one.host === host.toLowerCase() && one.port === port) ?? false;
}

/** What a feed import's `username`, `password` and `privateKey` are: names of secrets. */
export const secretName = /^[a-z0-9][a-z0-9-]{0,63}$/;
