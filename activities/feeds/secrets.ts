import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { secretName } from '../../domain/feeds/settings.ts';

const largestSecret = 64 * 1024;

/**
 * Reads a secret from its file, at each use, so that a new one counts without a restart. Blanks around it are dropped. A link is
 * followed only within the folder, as Kubernetes has them there.
 * @throws ApplicationFailure `FeedSecretUnusable`, which never holds the secret
 */
export async function readSecret(folder: string, name: string): Promise<string> {
  if (!secretName.test(name)) throw unusable(name, 'that is not the name of a secret');
  const text = await textOf(folder, name).catch((error: NodeJS.ErrnoException) => {
    if (error instanceof ApplicationFailure) throw error;
    throw unusable(name, error.code === 'ENOENT' ? 'there is no such file' : (error.code ?? 'it cannot be read'));
  });
  if (text.trim() === '') throw unusable(name, 'its file is empty');
  return text.trim();
}

async function textOf(folder: string, name: string): Promise<string> {
  const home = await realpath(folder);
  const path = await realpath(`${home}${sep}${name}`);
  if (!path.startsWith(home + sep)) throw unusable(name, 'its file is a link to a place outside of the folder');
  // A pipe would be waited for.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw unusable(name, 'it is not a file');
    if (stats.size > largestSecret) throw unusable(name, `its file is larger than ${largestSecret} bytes`);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(largestSecret), 0, largestSecret, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

function unusable(name: string, why: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `The secret ${JSON.stringify(name.slice(0, 64))} cannot be used: ${why}. Put it into the folder FEED_SECRETS_DIR as a file of that name`,
    'FeedSecretUnusable',
  );
}
