import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type AuthContext, type Connection } from 'ssh2';
import type { Faults } from '../shared/faults.ts';
import { serveFiles } from './files.ts';
import { keepPrivately, keptKeyPair } from './keys.ts';

export interface SftpStandIn {
  host: string;
  port: number;
  /** Fingerprint of its host key; `nextHostKey` is the one that the fault `nextHostKey` shows. */
  hostKey: string;
  nextHostKey: string;
  hostPrivateKey: string;
  username: string;
  password: string;
  privateKey: string;
  /** The folder whose files it serves; each dealer has a folder in it. */
  folder: string;
  /** Where the secrets are as files: `sandbox-username`, `sandbox-password`, `sandbox-key`. */
  secretsDir: string;
  /** What clients did since the start or the last reset. */
  seen: { connections: number; credentials: number };
  /** No files, and nothing seen. */
  reset(): void;
  close(): Promise<void>;
}

const username = 'proresponse';

/** An SFTP server like ProResponse's, over a folder on this machine. @param dataDir a temporary folder when absent */
export async function startSftp(
  faults: Faults,
  { dataDir, port = 0 }: { dataDir?: string; port?: number } = {},
): Promise<SftpStandIn> {
  const home = dataDir ? join(dataDir, 'sftp') : mkdtempSync(join(tmpdir(), 'dealerops-sftp-'));
  const keys = join(home, 'keys');
  const folder = join(home, 'files');
  const secretsDir = join(home, 'secrets');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const [host, nextHost, client] = ['host', 'next-host', 'client'].map((name) => keptKeyPair(keys, name));
  const passwordFile = join(secretsDir, 'sandbox-password');
  const password = existsSync(passwordFile)
    ? readFileSync(passwordFile, 'utf8')
    : randomBytes(16).toString('base64url');
  for (const [name, secret] of Object.entries({ username, password, key: client!.private }))
    keepPrivately(secretsDir, `sandbox-${name}`, secret);

  const seen = { connections: 0, credentials: 0 };
  const connections = new Set<Connection>();
  const publicKey = ssh2.utils.parseKey(client!.public);
  if (publicKey instanceof Error) throw publicKey;
  const isAllowed = (context: AuthContext) => {
    if (context.method === 'none') return false;
    // A key is first offered without a signature.
    if (context.method !== 'publickey' || context.signature) seen.credentials += 1;
    if (context.username !== username || faults.sftp.refusePassword) return false;
    if (context.method === 'password') return context.password === password;
    if (context.method !== 'publickey' || !publicKey.getPublicSSH().equals(context.key.data)) return false;
    return !context.signature || publicKey.verify(context.blob!, context.signature, context.hashAlgo) === true;
  };
  const onConnection = (connection: Connection) => {
    seen.connections += 1;
    connections.add(connection);
    connection.on('close', () => connections.delete(connection));
    // Clients that go away in the middle are what the faults are for.
    connection.on('error', () => {});
    connection.on('authentication', (context) =>
      isAllowed(context) ? context.accept() : context.reject(['publickey', 'password']),
    );
    connection.on('session', (accept) => {
      accept().on('sftp', (acceptSftp) => serveFiles(acceptSftp(), folder, faults.sftp, () => cut(connection)));
    });
  };
  // One for each host key behind one port: ssh2's server has a fixed key for each type.
  const servers = [host!, nextHost!].map((key) => new ssh2.Server({ hostKeys: [key.private] }, onConnection));
  const listener = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {});
    servers[faults.sftp.nextHostKey ? 1 : 0]!.injectSocket(socket);
  });
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(port, '127.0.0.1', resolve);
  });
  return {
    host: '127.0.0.1',
    port: (listener.address() as AddressInfo).port,
    hostKey: host!.fingerprint,
    nextHostKey: nextHost!.fingerprint,
    hostPrivateKey: host!.private,
    username,
    password,
    privateKey: client!.private,
    folder,
    secretsDir,
    seen,
    reset() {
      Object.assign(seen, { connections: 0, credentials: 0 });
      for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
    },
    async close() {
      for (const connection of connections) cut(connection);
      await new Promise((resolve) => listener.close(resolve));
      if (!dataDir) rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Without a word, when what was sent before is gone. */
function cut(connection: Connection): void {
  (connection as unknown as { _sock: Socket })._sock.destroySoon();
}
