import { ApplicationFailure } from '@temporalio/common';
import { serverName } from '../connectors/sftpConnection.ts';
import { sftpFailures } from '../connectors/sftpFailures.ts';

/** How a server is being used by this process. */
interface Use {
  inProgress: number;
  /** It has stalled, and not answered since. */
  hasStalled: boolean;
}

const servers = new Map<string, Use>();

/**
 * Uses a server. One that has stalled is tried by one at a time until it answers; whoever comes meanwhile fails at once. Each try
 * waits up to a minute: otherwise the feeds of one stalled server would take all places of the worker, and those of other servers
 * would wait for them.
 * @param use calls `answered` when the server has sent something of use; its success says so too
 * @throws ApplicationFailure `SftpUnavailable`, to be tried again, and whatever `use` throws
 */
export async function oneAtATimeIfStalled<T>(
  server: { host: string; port: number },
  use: (answered: () => void) => Promise<T>,
): Promise<T> {
  const name = serverName(server);
  const known = servers.get(name);
  if (known?.hasStalled && known.inProgress > 0)
    throw sftpFailures.unavailable(name, 'it does not answer, and another import waits for its answer already');
  const own = known ?? { inProgress: 0, hasStalled: false };
  const answered = () => {
    own.hasStalled = false;
  };
  servers.set(name, own);
  own.inProgress += 1;
  try {
    const result = await use(answered);
    answered();
    return result;
  } catch (error) {
    if (error instanceof ApplicationFailure && error.type === 'SftpTimedOut') own.hasStalled = true;
    throw error;
  } finally {
    own.inProgress -= 1;
    if (own.inProgress === 0 && !own.hasStalled) servers.delete(name);
  }
}
