import {
  closeSync,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
} from 'node:fs';
import { join, posix } from 'node:path';
import ssh2, { type Attributes, type FileEntry, type SFTPWrapper } from 'ssh2';
import type { Faults, SftpFault } from '../shared/faults.ts';

const { OPEN_MODE, STATUS_CODE } = ssh2.utils.sftp;
const namesAtOnce = 100;

type Open = { fd: number } | { entries: FileEntry[] };

/**
 * Answers one client's requests about the files of a folder, as OpenSSH's sftp-server does: in their order, and a file is never
 * renamed over another. It cannot be written to.
 * @param cut ends the connection without a word, when what was sent before is gone
 */
export function serveFiles(sftp: SFTPWrapper, folder: string, faults: Faults['sftp'], cut: () => void): void {
  const opened = new Map<number, Open>();
  let handles = 0;
  let isStalled = false;
  const placeOf = (path: string) => join(folder, posix.normalize(`/${path}`));
  const keep = (id: number, one: Open) => {
    const handle = Buffer.alloc(4);
    handle.writeUInt32BE(handles);
    opened.set(handles++, one);
    sftp.handle(id, handle);
  };
  const of = (handle: Buffer) => opened.get(handle.readUInt32BE(0));
  const release = (one?: Open) => one && 'fd' in one && closeSync(one.fd);
  /** What fails is answered with its status. */
  const answering = (id: number, answer: () => void) => {
    if (isStalled) return;
    try {
      answer();
    } catch (error) {
      sftp.status(id, statusOf(error as NodeJS.ErrnoException));
    }
  };
  const changing = (id: number, change: () => void) =>
    answering(id, () => {
      if (faults.refuseRemoval) return sftp.status(id, STATUS_CODE.PERMISSION_DENIED);
      change();
      sftp.status(id, STATUS_CODE.OK);
    });

  sftp.on('OPEN', (id, path, flags) =>
    answering(id, () => {
      if (flags !== OPEN_MODE.READ) return sftp.status(id, STATUS_CODE.PERMISSION_DENIED);
      keep(id, { fd: openSync(placeOf(path), 'r') });
    }),
  );
  sftp.on('READ', (id, handle, offset, length) =>
    answering(id, () => {
      const file = of(handle);
      if (!file || !('fd' in file)) return sftp.status(id, STATUS_CODE.FAILURE);
      const fault = dueFault(faults, fstatSync(file.fd).size, offset + length);
      if (fault && 'cutAt' in fault) return cut();
      if (fault) {
        isStalled = true;
        return;
      }
      const data = Buffer.allocUnsafe(length);
      const bytes = readSync(file.fd, data, 0, length, offset);
      if (bytes === 0) sftp.status(id, STATUS_CODE.EOF);
      else sftp.data(id, data.subarray(0, bytes));
    }),
  );
  sftp.on('FSTAT', (id, handle) =>
    answering(id, () => {
      const file = of(handle);
      if (file && 'fd' in file) sftp.attrs(id, attributesOf(fstatSync(file.fd)));
      else sftp.status(id, STATUS_CODE.FAILURE);
    }),
  );
  sftp.on('LSTAT', (id, path) => answering(id, () => sftp.attrs(id, attributesOf(lstatSync(placeOf(path))))));
  sftp.on('STAT', (id, path) => answering(id, () => sftp.attrs(id, attributesOf(statSync(placeOf(path))))));
  sftp.on('REALPATH', (id, path) =>
    answering(id, () => {
      const filename = posix.normalize(`/${path}`);
      sftp.name(id, [{ filename, longname: filename, attrs: attributesOf(statSync(placeOf(path))) }]);
    }),
  );
  sftp.on('OPENDIR', (id, path) => answering(id, () => keep(id, { entries: entriesOf(placeOf(path)) })));
  sftp.on('READDIR', (id, handle) =>
    answering(id, () => {
      const directory = of(handle);
      if (!directory || !('entries' in directory)) return sftp.status(id, STATUS_CODE.FAILURE);
      const names = directory.entries.splice(0, namesAtOnce);
      setTimeout(
        () => (names.length > 0 ? sftp.name(id, names) : sftp.status(id, STATUS_CODE.EOF)),
        faults.slowListingMs,
      );
    }),
  );
  sftp.on('CLOSE', (id, handle) =>
    answering(id, () => {
      release(of(handle));
      opened.delete(handle.readUInt32BE(0));
      sftp.status(id, STATUS_CODE.OK);
    }),
  );
  sftp.on('REMOVE', (id, path) => changing(id, () => unlinkSync(placeOf(path))));
  sftp.on('RENAME', (id, from, to) =>
    changing(id, () => {
      if (existsSync(placeOf(to))) throw new Error('the name is taken');
      renameSync(placeOf(from), placeOf(to));
    }),
  );
  sftp.on('close', () => {
    for (const one of opened.values()) release(one);
    opened.clear();
  });
}

/** The next fault, when a file is read as far as it says. */
function dueFault({ next }: Faults['sftp'], size: number, readTo: number): SftpFault | undefined {
  const [fault] = next;
  const isDue = fault && readTo > ('cutAt' in fault ? fault.cutAt * size : fault.stallAt);
  return isDue ? next.shift() : undefined;
}

function entriesOf(place: string): FileEntry[] {
  // Names are bytes: some are not UTF-8.
  return readdirSync(place, { encoding: 'buffer' }).flatMap((name) => {
    try {
      const attrs = attributesOf(lstatSync(Buffer.concat([Buffer.from(`${place}/`), name])));
      return { filename: name.toString(), longname: name.toString(), attrs };
    } catch {
      // Removed since.
      return [];
    }
  });
}

function attributesOf({ mode, uid, gid, size, atimeMs, mtimeMs }: Stats): Attributes {
  return { mode, uid, gid, size, atime: Math.floor(atimeMs / 1000), mtime: Math.floor(mtimeMs / 1000) };
}

function statusOf({ code = '' }: NodeJS.ErrnoException): number {
  if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(code)) return STATUS_CODE.NO_SUCH_FILE;
  if (['EACCES', 'EPERM'].includes(code)) return STATUS_CODE.PERMISSION_DENIED;
  return STATUS_CODE.FAILURE;
}
