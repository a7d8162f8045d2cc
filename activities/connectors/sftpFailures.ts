import { ApplicationFailure } from '@temporalio/common';
import { shortLine } from '../../domain/shared/shortLine.ts';

/** How using an SFTP server fails; each type has the prefix `Sftp`. */
export const sftpFailures = {
  unavailable: (server: string, cause: string) =>
    retryable('Unavailable', `${server} cannot be reached: ${cause}. It is tried again; if it lasts, ask its operator`),
  lost: (server: string, doing: string) =>
    retryable('Unavailable', `${server} ended the connection (${doing}). It is tried again`),
  timedOut: (server: string, doing: string, ms: number) =>
    retryable('TimedOut', `${server} sent nothing for ${ms / 1000} s (${doing}). It is tried again`),
  hostKeyChanged: (server: string, shown: readonly string[], pinned: readonly string[]) =>
    final(
      'HostKeyChanged',
      `${server} shows another host key than the import has: it shows ${shown.join(', ')}; the import has ${pinned.join(', ') || 'none'}. No password was sent. Ask the server’s operator whether the key was changed, by phone or mail that you know to be theirs; if so, enter the new key in the import`,
    ),
  incompatible: (server: string, cause: string) =>
    final('Incompatible', `${server} and Dealerops have no encryption method in common: ${cause}`),
  unauthorized: (server: string, cause: string) =>
    final(
      'Unauthorized',
      `${server} does not let us in: ${cause}. It is not tried again, so that the account is not locked. Check the secrets that the import names, then test the import`,
    ),
  unusableKey: (reason: string) =>
    final(
      'UnusableKey',
      `The private key cannot be used: ${reason}. It must be a private key of OpenSSH or PEM, without a passphrase`,
    ),
  noSuchFile: (server: string, path: string) =>
    final('NoSuchFile', `${server} has no file ${path}: it was removed or renamed`),
  noSuchFolder: (server: string, path: string) =>
    final('NoSuchFolder', `${server} has no folder ${path}: check the import’s directory with the server’s operator`),
  refused: (server: string, doing: string) =>
    final('Refused', `${server} does not permit it (${doing}): ask its operator for the permission`),
  failed: (server: string, doing: string, message: string) =>
    retryable('Failed', `${server} could not do it (${doing}): ${shortLine(message, 200)}`),
  tooManyEntries: (server: string, folder: string, most: number) =>
    final(
      'TooManyEntries',
      `${folder} on ${server} has more than ${most.toLocaleString('en-US')} entries: have old files removed, or use a folder of its own`,
    ),
  fileChanged: (server: string, path: string, change: string) =>
    retryable(
      'FileChanged',
      `${path} on ${server} is not as it was listed: ${change}. It is taken when it stays the same`,
    ),
};

function retryable(name: string, message: string) {
  return ApplicationFailure.retryable(message, `Sftp${name}`);
}

function final(name: string, message: string) {
  return ApplicationFailure.nonRetryable(message, `Sftp${name}`);
}

/** Of the protocol's status codes those that the failures differ by. */
const status = { eof: 1, noSuchFile: 2, permissionDenied: 3, unsupported: 8 };

export interface SftpError extends Error {
  code?: number;
}

export function isEndOfFile(error: SftpError): boolean {
  return error.code === status.eof;
}

/** The failure for what a server answers. @param what the file or folder that was asked for */
export function failureOfStatus(
  error: SftpError,
  { server, doing, what }: { server: string; doing: string; what: { file: string } | { folder: string } },
): ApplicationFailure {
  if (error.code === status.noSuchFile)
    return 'file' in what ? sftpFailures.noSuchFile(server, what.file) : sftpFailures.noSuchFolder(server, what.folder);
  if (error.code === status.permissionDenied) return sftpFailures.refused(server, doing);
  if (error.code === status.unsupported) return sftpFailures.refused(server, `${doing}, which it does not offer`);
  return sftpFailures.failed(server, doing, error.message);
}
