import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';

/** Vendors' files on this machine's disk while they are imported, for this user only. */

const dayMs = 24 * 3_600_000;
const readBytes = 256 * 1024;
/** Those of this process that are in use: all others were left by a process that was killed. */
const inUse = new Set<string>();

/** Error codes of a full disk, a user's quota, and a process's limit on the size of files. */
const noRoom: (string | undefined)[] = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/** Where no other folder is set. */
export const defaultSpoolDir = join(tmpdir(), 'dealerops-spool');

/** A file that is being downloaded, then read as often as needed. */
export class SpoolFile {
  private readonly path: string;
  private readonly handle: FileHandle;
  private readonly hash = createHash('sha256');
  private digest?: Buffer;
  /** How many bytes there are. */
  size = 0;

  private constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.handle = handle;
  }

  /**
   * Opens a new file, or goes on with one that a process which was killed has left.
   * @param key the same for the same file of the same server; it is hashed, since a file's name may be personal
   */
  static async open(folder: string, key: string): Promise<SpoolFile> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const prefix = createHash('sha256').update(key).digest('hex').slice(0, 32);
    const name = `${prefix}-${process.pid}-${randomUUID()}`;
    inUse.add(name);
    const path = join(folder, name);
    const left = await leftBehind(folder, prefix);
    // Somebody else may have taken it first.
    if (left) await rename(join(folder, left), path).catch(() => {});
    const spool = new SpoolFile(path, await open(path, 'a+', 0o600));
    for await (const chunk of spool.read()) spool.count(chunk);
    return spool;
  }

  /** @throws ApplicationFailure `FeedDiskFull` */
  async write(chunk: Buffer): Promise<void> {
    try {
      await this.handle.appendFile(chunk);
    } catch (error) {
      throw noRoom.includes((error as NodeJS.ErrnoException).code) ? diskFull() : error;
    }
    this.count(chunk);
  }

  read(): AsyncIterable<Buffer> {
    return createReadStream(this.path, { highWaterMark: readBytes }) as AsyncIterable<Buffer>;
  }

  /** Of all that was written; nothing may be written after that. */
  sha256(): Buffer {
    this.digest ??= this.hash.digest();
    return this.digest;
  }

  /** @param options.keep for the next try, which goes on with it */
  async close({ keep }: { keep: boolean }): Promise<void> {
    await this.handle.close();
    if (!keep) await rm(this.path, { force: true });
    inUse.delete(basename(this.path));
  }

  private count(chunk: Buffer): void {
    this.hash.update(chunk);
    this.size += chunk.length;
  }
}

function diskFull(): ApplicationFailure {
  return ApplicationFailure.retryable(
    'The disk of the worker is full, so that the file could not be downloaded. Nothing of it was imported; it is tried again. Make room in FEED_SPOOL_DIR',
    'FeedDiskFull',
  );
}

/** @returns the name of a file with this prefix that no process uses any more */
async function leftBehind(folder: string, prefix: string): Promise<string | undefined> {
  const names = await readdir(folder);
  return names.find((name) => name.startsWith(`${prefix}-`) && !isUsed(name));
}

function isUsed(name: string): boolean {
  const pid = Number(name.split('-')[1]);
  return pid === process.pid ? inUse.has(name) : isRunning(pid);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Removes what nobody has gone on with for a day: it holds personal data. */
export async function removeOldSpoolFiles(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    if (inUse.has(name)) continue;
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found && found.mtimeMs < Date.now() - dayMs) await rm(path, { force: true });
  }
}
