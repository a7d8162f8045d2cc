import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { keptKeyPair } from '../../sandbox/sftp/keys.ts';
import { freePort } from './freePort.ts';

const program = '/usr/sbin/sshd';
const isRoot = process.getuid?.() === 0;

export interface OpenSsh {
  host: string;
  port: number;
  username: string;
  /** Of a user that exists as long as the server; only root can make one. */
  password?: string;
  privateKey: string;
  /** Fingerprints of its host keys. */
  hostKeys: { ed25519: string; rsa: string };
  /** The folder that a session begins in. */
  folder: string;
  /** How often somebody tried to sign in with a password or a key, and failed. */
  refusals(): number;
  close(): Promise<void>;
}

/**
 * Starts Debian's OpenSSH on a port of 127.0.0.1, for one user and SFTP only. As root it makes a user for the time of the test, to
 * whom a password can be given; else the user is the one who runs the test.
 * @param options.external serves files with the program `sftp-server` instead of sshd itself
 * @param options.settings further lines of sshd_config
 */
export async function startOpenSsh({ external = false, settings = [] as string[] } = {}): Promise<OpenSsh> {
  if (!existsSync(program)) throw new Error(`${program} is missing: apt-get install openssh-server`);
  const home = mkdtempSync('/tmp/dealerops-sshd-');
  chmodSync(home, 0o755);
  const folder = join(home, 'files');
  mkdirSync(folder);
  chmodSync(folder, 0o777);
  const user = isRoot ? makeUser(folder) : { name: userInfo().username, password: undefined, remove: () => {} };
  const [ed25519, client] = ['host', 'client'].map((name) => keptKeyPair(join(home, 'keys'), name));
  const rsaFile = join(home, 'keys/host-rsa');
  execFileSync('ssh-keygen', ['-q', '-t', 'rsa', '-b', '3072', '-N', '', '-f', rsaFile]);
  writeFileSync(join(home, 'authorized_keys'), client!.public, { mode: 0o644 });
  const port = await freePort();
  const log = join(home, 'log');
  writeFileSync(
    join(home, 'sshd_config'),
    [
      // The first line about a thing counts.
      ...settings,
      `ListenAddress 127.0.0.1:${port}`,
      `HostKey ${home}/keys/host`,
      `HostKey ${rsaFile}`,
      'PidFile none',
      'UsePAM no',
      'StrictModes no',
      `AuthorizedKeysFile ${home}/authorized_keys`,
      'PasswordAuthentication yes',
      'KbdInteractiveAuthentication no',
      `Subsystem sftp ${external ? '/usr/lib/openssh/sftp-server' : 'internal-sftp'} -d ${folder}`,
      'LogLevel VERBOSE',
      '',
    ].join('\n'),
  );
  // Where the parts of sshd without rights live.
  if (isRoot) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const sshd = spawn(program, ['-D', '-f', join(home, 'sshd_config'), '-E', log], { stdio: 'ignore' });
  const ended = once(sshd, 'close');
  const logged = () => (existsSync(log) ? readFileSync(log, 'utf8') : '');
  while (!logged().includes('Server listening')) {
    if (sshd.exitCode !== null) throw new Error(`sshd did not start: ${logged()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    host: '127.0.0.1',
    port,
    username: user.name,
    password: user.password,
    privateKey: client!.private,
    hostKeys: { ed25519: ed25519!.fingerprint, rsa: keptKeyPair(join(home, 'keys'), 'host-rsa').fingerprint },
    folder,
    refusals: () => logged().match(/^Failed (?!none)/gm)?.length ?? 0,
    async close() {
      sshd.kill();
      await ended;
      // Its parts for single connections end with these.
      user.remove();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Named after this process, so that one that a killed test left behind is known. */
function makeUser(folder: string): { name: string; password: string; remove(): void } {
  const prefix = 'dops-test-';
  for (const [, left, pid] of readFileSync('/etc/passwd', 'utf8').matchAll(/^(dops-test-(\d+)-\d+):/gm))
    if (!existsSync(`/proc/${pid}`)) execFileSync('userdel', [left!]);
  const name = `${prefix}${process.pid}-${users++}`;
  const password = randomBytes(16).toString('base64url');
  execFileSync('useradd', ['--no-create-home', '--home-dir', folder, '--shell', '/bin/sh', name], { stdio: 'pipe' });
  execFileSync('chpasswd', { input: `${name}:${password}\n` });
  return { name, password, remove: () => execFileSync('userdel', ['--force', name], { stdio: 'pipe' }) };
}

let users = 0;
