import { constants } from 'node:fs';
import { posix } from 'node:path';
import type { ApplicationFailure } from '@temporalio/common';
import type { FileEntryWithStats, SFTPWrapper, Stats } from 'ssh2';
import {
  type FileState,
  isSameState,
  problemWithFolder,
  type RemoteEntry,
  remotePath,
} from '../../domain/shared/remoteFiles.ts';
import { deadlineAfter } from './deadline.ts';
import { connectSftp, longestSilenceMs, type SftpConnection, type SftpTarget, serverName } from './sftpConnection.ts';
import { type DownloadOptions, downloadOf } from './sftpDownload.ts';
import { failureOfStatus, isEndOfFile, type SftpError, sftpFailures } from './sftpFailures.ts';
import { SftpRequests } from './sftpRequests.ts';

export type { SftpTarget };

export interface SftpOptions {
  /** Ends the session, and fails what is asked of it. */
  signal?: AbortSignal;
  /** For the connection and signing in. */
  connectMs?: number;
  /** So long without an answer to anything that was asked, and the session ends. */
  stallMs?: number;
  /** A folder with more entries is not listed. */
  maxEntries?: number;
}

const closeMs = 2_000;
const writableNames = 100;

/**
 * Connects to an SFTP server with one of the pinned host keys and signs in. Only SSH is spoken: nothing is ever sent without
 * encryption, and no secret to a server whose key is not pinned.
 * Every failure is an ApplicationFailure of `sftpFailures`, whose message says what to do.
 */
export async function openSftp(target: SftpTarget, options: SftpOptions = {}): Promise<SftpSession> {
  const { connectMs = 20_000, signal } = options;
  const server = serverName(target);
  const deadline = deadlineAfter(connectMs);
  const either = signal ? AbortSignal.any([deadline.signal, signal]) : deadline.signal;
  try {
    return new SftpSession(server, await connectSftp(target, either), options);
  } catch (error) {
    if (error === deadline.signal.reason) throw sftpFailures.timedOut(server, 'connecting', connectMs);
    throw error;
  } finally {
    deadline.clear();
  }
}

/** One connection; not for several downloads at once. */
export class SftpSession {
  private readonly server: string;
  private readonly connection: SftpConnection;
  private readonly requests: SftpRequests;
  private readonly maxEntries: number;
  private closing = false;

  constructor(
    server: string,
    connection: SftpConnection,
    { signal, stallMs = 60_000, maxEntries = 10_000 }: SftpOptions,
  ) {
    this.server = server;
    this.connection = connection;
    this.maxEntries = maxEntries;
    const { client, sftp, socket } = connection;
    this.requests = new SftpRequests({ server, stallMs, onFailure: () => socket.destroy() });
    const lost = () => this.requests.fail((doing) => sftpFailures.lost(server, doing));
    const silent = () => this.requests.fail((doing) => sftpFailures.timedOut(server, doing, longestSilenceMs));
    client
      .removeAllListeners()
      .on('error', ({ level }: { level?: string }) => (level === 'client-timeout' ? silent() : lost()))
      .on('close', lost);
    sftp.on('error', lost);
    sftp.on('close', lost);
    const aborted = () => this.requests.fail(() => signal?.reason);
    signal?.addEventListener('abort', aborted, { once: true });
    socket.once('close', () => signal?.removeEventListener('abort', aborted));
    if (signal?.aborted) aborted();
  }

  /**
   * What is in a folder, in the server's order.
   * @throws ApplicationFailure `SftpTooManyEntries`
   */
  async list(folder: string): Promise<RemoteEntry[]> {
    const what = { doing: `list ${folder || 'the first folder'}`, what: { folder } };
    const path = folderPath(folder);
    const handle = await this.ask<Buffer>(what, (sftp, done) => sftp.opendir(path, done));
    const found: RemoteEntry[] = [];
    try {
      for (;;) {
        const page = await this.ask<FileEntryWithStats[] | null>(what, (sftp, done) =>
          sftp.readdir(handle, (error: SftpError | undefined, list) =>
            error && isEndOfFile(error) ? done(undefined, null) : done(error, list),
          ),
        );
        if (page === null) return found;
        for (const { filename, longname, attrs } of page) found.push(entryOf(filename, attrs, longname));
        if (found.length > this.maxEntries) throw sftpFailures.tooManyEntries(this.server, folder, this.maxEntries);
      }
    } finally {
      this.release(handle);
    }
  }

  /** Of the file or folder itself: a link is not followed. */
  async stat(path: string): Promise<RemoteEntry> {
    const attrs = await this.ask<Stats>({ doing: `look at ${path}`, what: { file: path } }, (sftp, done) =>
      sftp.lstat(path, done),
    );
    return entryOf(posix.basename(path), attrs);
  }

  /**
   * The first bytes of a file; fewer where it has no more.
   * @param expected another file that has taken its place is not read
   * @throws ApplicationFailure `SftpFileChanged`
   */
  async head(path: string, bytes: number, expected: FileState): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.download(path, { most: bytes, expected })) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  /**
   * A file's bytes in order, in chunks that the caller may keep.
   * @throws ApplicationFailure `SftpFileChanged` when the file is not, or not any more, as it was listed
   */
  download(path: string, options: DownloadOptions = {}): AsyncIterable<Buffer> {
    return downloadOf({
      server: this.server,
      path,
      options,
      ask: (doing, send) => this.ask({ doing, what: { file: path } }, send),
      release: (handle) => this.release(handle),
      stat: () => this.stat(path),
    });
  }

  /**
   * Deletes a file.
   * @param expected another file that has taken its place stays
   * @throws ApplicationFailure `SftpFileChanged`, `SftpNoSuchFile`
   */
  async remove(path: string, expected?: FileState): Promise<void> {
    if (expected) await this.expectSame(path, expected);
    await this.ask<void>({ doing: `delete ${path}`, what: { file: path } }, (sftp, done) => sftp.unlink(path, done));
  }

  /**
   * Moves a file into another folder under its name, or a similar one where that is taken.
   * @param expected another file that has taken its place stays
   * @returns its new path
   */
  async move(path: string, folder: string, expected?: FileState): Promise<string> {
    const { modifiedAt } = expected ? await this.expectSame(path, expected) : await this.stat(path);
    for (const name of namesLike(posix.basename(path), modifiedAt)) {
      const to = remotePath(folder, name);
      if (await this.exists(to)) continue;
      try {
        await this.ask<void>({ doing: `move ${path} to ${to}`, what: { file: path } }, (sftp, done) =>
          sftp.rename(path, to, done),
        );
        return to;
      } catch (error) {
        // Another may have taken the name since.
        if ((error as ApplicationFailure).type !== 'SftpFailed' || !(await this.exists(to))) {
          if ((error as ApplicationFailure).type === 'SftpNoSuchFile')
            await this.stat(path).then(() => this.noFolder(folder));
          throw error;
        }
      }
    }
    throw sftpFailures.failed(this.server, `move ${path} to ${folder}`, `${writableNames} names like it are taken`);
  }

  /** Within 2 seconds, whatever the server does; never fails. */
  async close(): Promise<void> {
    if (this.closing) return;
    this.closing = true;
    const { client, socket } = this.connection;
    if (socket.destroyed) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => socket.destroy(), closeMs);
      socket.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      client.end();
    });
  }

  private async exists(path: string): Promise<boolean> {
    try {
      await this.stat(path);
      return true;
    } catch (error) {
      if ((error as ApplicationFailure).type === 'SftpNoSuchFile') return false;
      throw error;
    }
  }

  private noFolder(folder: string): never {
    throw sftpFailures.noSuchFolder(this.server, folder);
  }

  private async expectSame(path: string, expected: FileState): Promise<RemoteEntry> {
    const now = await this.stat(path);
    if (!isSameState(now, expected))
      throw sftpFailures.fileChanged(this.server, path, 'another file has taken its place, which stays');
    return now;
  }

  private ask<T>(
    { doing, what }: { doing: string; what: { file: string } | { folder: string } },
    send: (sftp: SFTPWrapper, done: (error?: SftpError | null, value?: T) => void) => void,
  ): Promise<T> {
    return this.requests.ask<T>(
      doing,
      (done) => send(this.connection.sftp, done),
      (error) => failureOfStatus(error, { server: this.server, doing, what }),
    );
  }

  /** Nobody waits for it: a server that does not answer ends the session anyway. */
  private release(handle: Buffer): void {
    this.ask<void>({ doing: 'close a file', what: { file: '' } }, (sftp, done) => sftp.close(handle, done)).catch(
      () => {},
    );
  }
}

function folderPath(folder: string): string {
  const problem = problemWithFolder(folder);
  if (problem) throw new RangeError(`The directory ${problem}`);
  return folder.replace(/(?<=.)\/+$/, '') || '.';
}

function* namesLike(name: string, modifiedAt: string): Generator<string> {
  yield name;
  const { name: stem, ext } = posix.parse(name);
  const stamp = modifiedAt.replace(/[-:]|\.\d+/g, '');
  yield `${stem}-${stamp}${ext}`;
  for (let number = 2; number < writableNames; number++) yield `${stem}-${stamp}-${number}${ext}`;
}

const { S_IFMT, S_IFREG, S_IFDIR, S_IFLNK } = constants;
const kinds = new Map<number, RemoteEntry['kind']>([
  [S_IFREG, 'file'],
  [S_IFDIR, 'folder'],
  [S_IFLNK, 'link'],
]);

/** What a server does not tell is not zero or a file by guess: such an entry is of another kind. */
function entryOf(name: string, { mode, size, mtime }: Partial<Stats>, longname = ''): RemoteEntry {
  const known = mode === undefined ? kindOfLine(longname) : kinds.get(mode & S_IFMT);
  const isComplete = known && Number.isSafeInteger(size) && mtime !== undefined;
  return {
    name,
    kind: isComplete ? known : 'other',
    size: isComplete ? size! : 0,
    modifiedAt: new Date((mtime ?? 0) * 1000).toISOString(),
  };
}

/** Of a line such as `-rw-r--r-- …`. */
function kindOfLine(line: string): RemoteEntry['kind'] | undefined {
  return ({ '-': 'file', d: 'folder', l: 'link' } as const)[line[0] ?? ''];
}
