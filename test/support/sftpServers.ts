import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SftpTarget } from '../../activities/connectors/sftp.ts';
import { noFaults } from '../../domain/shared/sandboxFaults.ts';
import { startSftp } from '../../sandbox/sftp/sftp.ts';
import type { Faults } from '../../sandbox/shared/faults.ts';
import { startOpenSsh } from './openSsh.ts';
import { startSilentProxy } from './silentProxy.ts';

/** An SFTP server of a test, the same for both kinds. */
export interface TestSftpServer {
  /** How a session is opened on it. */
  target: SftpTarget;
  folder: string;
  /** Writes a file that the server's user may read and delete. @param name may be bytes that are not UTF-8 */
  write(name: string | Buffer, content: string | Buffer): void;
  makeFolder(name: string): void;
  /** The next connection ends, or stands still, when so large a share of a file of this size has been read. */
  failAt(share: number, size: number, how: 'cut' | 'stall'): void;
  close(): Promise<void>;
}

const sandboxServer = async (): Promise<TestSftpServer> => {
  const faults: Faults = noFaults();
  const server = await startSftp(faults);
  const { host, port, username, password, hostKey, folder } = server;
  return {
    ...filesIn(folder),
    target: { host, port, username, password, hostKeys: [hostKey] },
    failAt: (share, size, how) =>
      faults.sftp.next.push(how === 'cut' ? { cutAt: share } : { stallAt: Math.floor(share * size) }),
    close: () => server.close(),
  };
};

const openSshServer =
  (options: { external: boolean; signIn: 'password' | 'key' }) => async (): Promise<TestSftpServer> => {
    const server = await startOpenSsh(options);
    const proxy = await startSilentProxy(server);
    const { host, username, password, privateKey, hostKeys, folder } = server;
    return {
      ...filesIn(folder),
      target: {
        host,
        port: proxy.port,
        username,
        ...(options.signIn === 'password' ? { password } : { privateKey }),
        hostKeys: [hostKeys.ed25519],
      },
      // Signing in takes a few KB.
      failAt: (share, size, how) => proxy.failAfter(8_192 + Math.floor(share * size), how),
      async close() {
        await proxy.close();
        await server.close();
      },
    };
  };

/** Only root can give OpenSSH's user a password. */
export const hasPasswords = process.getuid?.() === 0;

export const sftpServers: readonly { server: string; start(): Promise<TestSftpServer> }[] = [
  { server: 'the sandbox', start: sandboxServer },
  { server: 'OpenSSH with a key', start: openSshServer({ external: false, signIn: 'key' }) },
  hasPasswords
    ? { server: 'OpenSSH’s sftp-server with a password', start: openSshServer({ external: true, signIn: 'password' }) }
    : {
        server: 'OpenSSH’s sftp-server with a key, since only root can give a password',
        start: openSshServer({ external: true, signIn: 'key' }),
      },
];

function filesIn(folder: string): Pick<TestSftpServer, 'folder' | 'write' | 'makeFolder'> {
  return {
    folder,
    write(name, content) {
      const path = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name)]);
      writeFileSync(path, content);
      chmodSync(path, 0o666);
    },
    makeFolder(name) {
      mkdirSync(join(folder, name), { recursive: true });
      for (let path = join(folder, name); path !== folder; path = dirname(path)) chmodSync(path, 0o777);
    },
  };
}
