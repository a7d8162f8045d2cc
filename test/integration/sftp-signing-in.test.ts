import { createServer, type Server, type Socket } from 'node:net';
import ssh2, { type AuthContext } from 'ssh2';
import { afterAll, afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { openSftp, type SftpOptions, type SftpTarget } from '../../activities/connectors/sftp.ts';
import { noFaults } from '../../domain/shared/sandboxFaults.ts';
import { madeKeyPair } from '../../sandbox/sftp/keys.ts';
import { startSftp } from '../../sandbox/sftp/sftp.ts';
import type { Faults } from '../../sandbox/shared/faults.ts';
import { type OpenSsh, startOpenSsh } from '../support/openSsh.ts';
import { hasPasswords } from '../support/sftpServers.ts';

const faults: Faults = noFaults();
const server = await startSftp(faults);
afterAll(() => server.close());
beforeEach(() => {
  server.reset();
  Object.assign(faults.sftp, noFaults().sftp);
});

const { host, port, username, password, privateKey } = server;
const withPassword: SftpTarget = { host, port, username, password, hostKeys: [server.hostKey] };
const withKey: SftpTarget = { host, port, username, privateKey, hostKeys: [server.hostKey] };

/** Opens a session and closes it again. */
async function opens(target: SftpTarget, options?: SftpOptions): Promise<void> {
  const session = await openSftp(target, options);
  expect(await session.list('')).toBeInstanceOf(Array);
  await session.close();
}

describe('host keys', () => {
  test('no credential is sent to a server that shows a key which is not pinned; the message names both', async () => {
    faults.sftp.nextHostKey = true;
    for (const target of [withPassword, withKey]) {
      const error = await openSftp(target).catch((failure) => failure);
      expect(error).toMatchObject({ type: 'SftpHostKeyChanged', nonRetryable: true });
      expect(error.message).toContain(`it shows ssh-ed25519 ${server.nextHostKey}; the import has ${server.hostKey}.`);
    }
    expect(server.seen.credentials).toBe(0);
  });

  test('without a pin no credential is sent either', async () => {
    await expect(openSftp({ ...withPassword, hostKeys: [] })).rejects.toMatchObject({
      type: 'SftpHostKeyChanged',
      message: expect.stringContaining('the import has none'),
    });
    expect(server.seen.credentials).toBe(0);
  });

  test('the second pin counts before and after the change of the key', async () => {
    const target = { ...withPassword, hostKeys: [server.hostKey, `${server.nextHostKey}=`] };
    await opens(target);
    faults.sftp.nextHostKey = true;
    await opens(target);
  });

  test('a pin of any of the server’s keys counts', async () => {
    const other = await ownOpenSsh();
    const target = { host, port: other.port, username: other.username, privateKey: other.privateKey };
    await opens({ ...target, hostKeys: [other.hostKeys.ed25519] });
    await opens({ ...target, hostKeys: [other.hostKeys.rsa] });
    const error = await openSftp({ ...target, hostKeys: [server.hostKey] }).catch((failure) => failure);
    expect(error.type).toBe('SftpHostKeyChanged');
    expect(error.message).toContain(`ssh-ed25519 ${other.hostKeys.ed25519}, ssh-rsa ${other.hostKeys.rsa}`);
    expect(other.refusals()).toBe(0);
  });
});

describe('user and secret', () => {
  test('a password and a private key let in', async () => {
    await opens(withPassword);
    await opens(withKey);
    expect(server.seen).toEqual({ connections: 2, credentials: 2 });
  });

  test('a wrong password or user is tried once, and never in a message', async () => {
    for (const wrong of [{ password: 'the wrong secret' }, { username: 'somebody' }]) {
      server.reset();
      const error = await openSftp({ ...withPassword, ...wrong }).catch((failure) => failure);
      expect(error).toMatchObject({ type: 'SftpUnauthorized', nonRetryable: true });
      expect(error.message).toMatch(/it refuses the user name or the password\. It is not tried again/);
      expect(JSON.stringify([error, error.message, error.stack])).not.toMatch(/the wrong secret|somebody/);
      expect(server.seen).toEqual({ connections: 1, credentials: 1 });
    }
  });

  test('an unknown private key is refused once', async () => {
    const { private: other } = madeKeyPair();
    await expect(openSftp({ ...withKey, privateKey: other })).rejects.toMatchObject({
      type: 'SftpUnauthorized',
      message: expect.stringContaining('it refuses the user name or the private key'),
    });
    expect(server.seen.connections).toBe(1);
  });

  test.each([
    ['encrypted', 'it is encrypted with a passphrase', () => encryptedKey()],
    ['public', 'it is a public key', () => madeKeyPair().public],
    ['no', 'its format is not known', () => 'not a key at all'],
  ])('%s key is found out before anything is sent', async (_, reason, key) => {
    await expect(openSftp({ ...withKey, privateKey: key() })).rejects.toMatchObject({
      type: 'SftpUnusableKey',
      nonRetryable: true,
      message: expect.stringContaining(reason),
    });
    expect(server.seen.connections).toBe(0);
  });

  test('a password is not sent to a server that takes none', async () => {
    const other = await ownOpenSsh(['PasswordAuthentication no']);
    const target = { host, port: other.port, username: other.username, hostKeys: [other.hostKeys.ed25519] };
    await expect(openSftp({ ...target, password: 'secret' })).rejects.toMatchObject({
      type: 'SftpUnauthorized',
      message: expect.stringContaining('it does not take a password (only publickey)'),
    });
    expect(other.refusals()).toBe(0);
  });

  test.runIf(hasPasswords)('OpenSSH refuses a wrong password once', async () => {
    const other = await ownOpenSsh();
    const target = { host, port: other.port, username: other.username, hostKeys: [other.hostKeys.ed25519] };
    await opens({ ...target, password: other.password });
    await expect(openSftp({ ...target, password: 'wrong' })).rejects.toMatchObject({ type: 'SftpUnauthorized' });
    expect(other.refusals()).toBe(1);
  });

  test.runIf(hasPasswords)('both are given to a server that asks for both', async () => {
    const other = await ownOpenSsh(['AuthenticationMethods publickey,password']);
    const { username, password, privateKey, hostKeys } = other;
    const target = { host, port: other.port, username, privateKey, hostKeys: [hostKeys.ed25519] };
    await opens({ ...target, password });
    await expect(openSftp(target)).rejects.toMatchObject({
      type: 'SftpUnauthorized',
      message: expect.stringContaining('asks for more than'),
    });
  });

  test('a password answers the one question of a server that takes it in no other way', async () => {
    const asked: string[] = [];
    const other = await ownSsh2((context) => {
      asked.push(context.method);
      if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive']);
      context.prompt([{ prompt: 'Password: ', echo: false }], (answers) =>
        answers[0] === password ? context.accept() : context.reject(),
      );
    });
    await opens({ ...withPassword, port: other });
    await expect(openSftp({ ...withPassword, port: other, password: 'wrong' })).rejects.toMatchObject({
      type: 'SftpUnauthorized',
    });
    expect(asked).toEqual(['none', 'keyboard-interactive', 'none', 'keyboard-interactive']);
  });

  test('a code is not guessed', async () => {
    const other = await ownSsh2((context) => {
      if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive']);
      context.prompt([{ prompt: 'Code: ', echo: true }], (answers) => {
        expect(answers).toEqual(['']);
        context.reject();
      });
    });
    await expect(openSftp({ ...withPassword, port: other })).rejects.toMatchObject({
      type: 'SftpUnauthorized',
      message: expect.stringContaining('it asks for more than a password or a private key'),
    });
  });

  test('a server without SFTP says so', async () => {
    const other = await ownSsh2((context) => context.accept(), { withSftp: false });
    await expect(openSftp({ ...withPassword, port: other })).rejects.toMatchObject({ type: 'SftpRefused' });
  });
});

describe('the connection', () => {
  test('a port at which nothing answers, and an unknown name', async () => {
    const { port: closed, close } = await startSftp(noFaults());
    await close();
    await expect(openSftp({ ...withPassword, port: closed })).rejects.toMatchObject({
      type: 'SftpUnavailable',
      nonRetryable: false,
      message: expect.stringContaining('nothing answers at that port'),
    });
    await expect(openSftp({ ...withPassword, host: 'sftp.invalid' })).rejects.toMatchObject({
      type: 'SftpUnavailable',
      message: expect.stringMatching(/its name is not known/),
    });
  });

  test('a server that says nothing is not waited for', async () => {
    const silent = await listening(() => {});
    await expect(openSftp({ ...withPassword, port: silent }, { connectMs: 300 })).rejects.toMatchObject({
      type: 'SftpTimedOut',
      nonRetryable: false,
    });
  });

  test.each([
    ['ends the connection', (socket: Socket) => socket.end()],
    ['speaks something else', (socket: Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['ends it after its name', (socket: Socket) => socket.end('SSH-2.0-other\r\n')],
  ])('a server that %s', async (_, act) => {
    const other = await listening(act);
    await expect(openSftp({ ...withPassword, port: other })).rejects.toMatchObject({ type: 'SftpUnavailable' });
  });

  test('a server with old encryption only is not used', async () => {
    const old = { kex: ['diffie-hellman-group1-sha1'], cipher: ['3des-cbc'] } as const;
    const other = await ownSsh2((context) => context.accept(), { algorithms: old });
    await expect(openSftp({ ...withPassword, port: other })).rejects.toMatchObject({
      type: 'SftpIncompatible',
      nonRetryable: true,
    });
  });

  test('it ends with its signal, before and while it is opened', async () => {
    const reason = new Error('nobody waits for it');
    await expect(openSftp(withPassword, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const silent = await listening(() => controller.abort(reason));
    const controller = new AbortController();
    await expect(openSftp({ ...withPassword, port: silent }, { signal: controller.signal })).rejects.toBe(reason);
  });
});

const started: Server[] = [];
const sockets = new Set<Socket>();
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(started.splice(0).map((one) => new Promise((resolve) => one.close(resolve))));
});

/** A server of this test's own. @returns its port */
async function listening(onSocket: (socket: Socket) => void): Promise<number> {
  const own = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onSocket(socket);
  });
  started.push(own);
  await new Promise<void>((resolve) => own.listen(0, '127.0.0.1', resolve));
  return (own.address() as { port: number }).port;
}

/** With the sandbox's host key. */
function ownSsh2(
  authenticate: (context: AuthContext) => void,
  { withSftp = true, algorithms = {} as object } = {},
): Promise<number> {
  const own = new ssh2.Server({ hostKeys: [server.hostPrivateKey], algorithms }, (connection) => {
    connection.on('error', () => {});
    connection.on('authentication', authenticate);
    connection.on('session', (accept) => {
      accept().on('sftp', (acceptSftp, reject) => {
        if (!withSftp) return reject();
        const sftp = acceptSftp();
        sftp.on('OPENDIR', (id) => sftp.handle(id, Buffer.from('x')));
        sftp.on('READDIR', (id) => sftp.status(id, 1));
        sftp.on('CLOSE', (id) => sftp.status(id, 0));
      });
    });
  });
  return listening((socket) => own.injectSocket(socket));
}

async function ownOpenSsh(settings: string[] = []): Promise<OpenSsh> {
  const other = await startOpenSsh({ settings });
  onTestFinished(() => other.close());
  return other;
}

function encryptedKey(): string {
  return ssh2.utils.generateKeyPairSync('ed25519', { passphrase: 'words', cipher: 'aes256-ctr', rounds: 2 }).private;
}
