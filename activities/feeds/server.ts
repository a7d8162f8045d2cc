import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { FeedServerSettings } from '../../domain/feeds/server.ts';
import { type FeedSettings, mayConnect } from '../../domain/feeds/settings.ts';
import { openSftp, type SftpOptions, type SftpSession } from '../connectors/sftp.ts';
import { readSecret } from './secrets.ts';
import { oneAtATimeIfStalled } from './stalledServers.ts';

/**
 * Uses a feed import's server within an activity: the session is closed after it, and ends when the activity is canceled.
 * @param use calls `answered` after each part of a file, since a server that has stalled is believed to stall until then
 * @throws ApplicationFailure as `openFeedServer` and `oneAtATimeIfStalled`, and whatever `use` throws
 */
export async function withFeedServer<T>(
  settings: FeedSettings,
  server: FeedServerSettings,
  use: (session: SftpSession, answered: () => void) => Promise<T>,
): Promise<T> {
  return oneAtATimeIfStalled(server, async (answered) => {
    const session = await openFeedServer(settings, server, { signal: Context.current().cancellationSignal });
    try {
      return await use(session, answered);
    } finally {
      await session.close();
    }
  });
}

/**
 * Connects to a feed import's server, if it is one of those that feeds may connect to.
 * @throws ApplicationFailure `FeedsNotConfigured`, `FeedHostNotAllowed`, `FeedSecretUnusable`, and those of `openSftp`
 */
export async function openFeedServer(
  settings: FeedSettings,
  { host, port, hostKeys, ...names }: FeedServerSettings,
  options: SftpOptions = {},
): Promise<SftpSession> {
  if (!settings.sftp)
    throw ApplicationFailure.nonRetryable(
      'Feeds cannot connect to any server: FEED_SFTP_HOSTS and FEED_SECRETS_DIR are not set',
      'FeedsNotConfigured',
    );
  if (!mayConnect(settings, { host, port }))
    throw ApplicationFailure.nonRetryable(
      `Feeds may not connect to ${host}:${port}: it is not in FEED_SFTP_HOSTS. Correct the import's host, or have an administrator add it`,
      'FeedHostNotAllowed',
    );
  const { secretsDir } = settings.sftp;
  const secret = async (name: string | null) => (name === null ? undefined : await readSecret(secretsDir, name));
  const [username, password, privateKey] = await Promise.all([
    readSecret(secretsDir, names.username),
    secret(names.password),
    secret(names.privateKey),
  ]);
  return openSftp({ host, port, username, password, privateKey, hostKeys }, options);
}
