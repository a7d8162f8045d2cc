import type { SFTPWrapper, Stats } from 'ssh2';
import { type FileState, isSameState, type RemoteEntry } from '../../domain/shared/remoteFiles.ts';
import { type SftpError, sftpFailures } from './sftpFailures.ts';

export interface DownloadOptions {
  /** The first byte that is wanted, to continue; 0 when absent. */
  from?: number;
  /** What the file was like when it was listed; it must be so before and after. Without it the file is taken as it is. */
  expected?: FileState;
  /** No more bytes than these. */
  most?: number;
}

interface Source {
  server: string;
  path: string;
  options: DownloadOptions;
  ask<T>(
    doing: string,
    send: (sftp: SFTPWrapper, done: (error?: SftpError | null, value?: T) => void) => void,
  ): Promise<T>;
  release(handle: Buffer): void;
  stat(): Promise<RemoteEntry>;
}

/** What servers surely send at once, and less than ssh2 splits in two: all second halves would come behind all first ones. */
const requestBytes = 30 * 1024;
const chunkBytes = 8 * requestBytes;
/** Chunks that are asked for in advance: almost 4 MB, so that a distant server is not waited for after each. */
const chunksAhead = 16;

export async function* downloadOf(source: Source): AsyncGenerator<Buffer> {
  const { server, path, options, ask } = source;
  const { from = 0, expected, most = Number.POSITIVE_INFINITY } = options;
  const doing = `read ${path}`;
  const changed = (change: string) => sftpFailures.fileChanged(server, path, change);
  const handle = await ask<Buffer>(doing, (sftp, done) => sftp.open(path, 'r', done));
  const ahead: Promise<Buffer>[] = [];
  try {
    const opened = await ask<Stats>(doing, (sftp, done) => sftp.fstat(handle, done));
    if (!Number.isSafeInteger(opened.size) || !Number.isSafeInteger(opened.mtime))
      throw sftpFailures.failed(server, doing, 'the server does not tell the size and time of the open file');
    const state: FileState = { size: opened.size, modifiedAt: new Date(opened.mtime * 1000).toISOString() };
    if (expected && !isSameState(state, expected)) throw changed(howItDiffers(expected, state));
    const end = Math.min(state.size, from + most);
    const read = async (buffer: Buffer, position: number) => {
      for (let done = 0; done < buffer.length; ) {
        const bytes = await ask<number>(doing, (sftp, answer) =>
          sftp.read(handle, buffer, done, buffer.length - done, position + done, (error, count) =>
            answer(error, count),
          ),
        );
        if (bytes === 0) throw changed('it has become shorter');
        done += bytes;
      }
    };
    const readChunk = async (position: number) => {
      const chunk = Buffer.allocUnsafeSlow(Math.min(chunkBytes, end - position));
      const parts: Promise<void>[] = [];
      for (let start = 0; start < chunk.length; start += requestBytes)
        parts.push(read(chunk.subarray(start, start + requestBytes), position + start));
      await Promise.all(parts);
      return chunk;
    };
    let next = from;
    for (;;) {
      for (; next < end && ahead.length < chunksAhead; next += chunkBytes) {
        const chunk = readChunk(next);
        // Those that nobody waits for any more.
        chunk.catch(() => {});
        ahead.push(chunk);
      }
      const first = ahead.shift();
      if (!first) break;
      yield await first;
    }
    if (expected) {
      const now = await source.stat();
      if (!isSameState(now, expected)) throw changed(howItDiffers(expected, now));
    }
  } finally {
    source.release(handle);
  }
}

function howItDiffers(expected: FileState, now: FileState): string {
  if (now.size === expected.size) return `it was written at ${now.modifiedAt}, not at ${expected.modifiedAt}`;
  return `it has ${now.size} bytes, not ${expected.size}`;
}
