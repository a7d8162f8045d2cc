import { createHash } from 'node:crypto';
import { connect as connectSocket, type Socket } from 'node:net';
import ssh2, {
  type AnyAuthMethod,
  type AuthenticationType,
  type AuthHandlerMiddleware,
  type Client,
  type ServerHostKeyAlgorithm,
  type SFTPWrapper,
} from 'ssh2';
import { sftpFailures } from './sftpFailures.ts';

export interface SftpTarget {
  host: string;
  port: number;
  username: string;
  /** Sent where there is no private key, or where the server asks for both. */
  password?: string;
  /** OpenSSH or PEM, without a passphrase. */
  privateKey?: string;
  /** The only host keys that are believed, such as `SHA256:…`: one, or two while the server changes its key. */
  hostKeys: readonly string[];
}

export interface SftpConnection {
  sftp: SFTPWrapper;
  client: Client;
  socket: Socket;
}

const keepaliveMs = 15_000;
const mostKeepalives = 3;
/** After so long without an answer to any keepalive, ssh2 ends the connection. */
export const longestSilenceMs = keepaliveMs * (mostKeepalives + 1);

/** Types of host keys, the preferred first; a server shows the first that it has one of. */
const hostKeyTypes: ServerHostKeyAlgorithm[][] = [
  ['ssh-ed25519'],
  ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'],
  ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'],
];

/**
 * Connects and signs in, with at most one try of a password or key. The algorithms are ssh2's defaults: no CBC, no MD5, no
 * group1, and protected against Terrapin where the server is.
 * A server with several host keys is asked for each until one is pinned.
 * @param signal ends it
 * @throws ApplicationFailure of `sftpFailures`
 */
export async function connectSftp(target: SftpTarget, signal: AbortSignal): Promise<SftpConnection> {
  const server = serverName(target);
  const key = target.privateKey === undefined ? undefined : readKey(target.privateKey);
  const pins = target.hostKeys.map((pin) => pin.replace(/=$/, ''));
  const shown: string[] = [];
  for (let types = hostKeyTypes; ; ) {
    const outcome = await connectOnce({ ...target, server, key, pins, types: types.flat(), signal });
    if ('sftp' in outcome) return outcome;
    if (outcome.hostKey) shown.push(`${outcome.hostKey.type} ${outcome.hostKey.fingerprint}`);
    types = types.filter((some) => !some.some((type) => sameType(type, outcome.hostKey?.type)));
    if (!outcome.hostKey || types.length === 0) throw sftpFailures.hostKeyChanged(server, shown, target.hostKeys);
  }
}

export function serverName({ host, port }: { host: string; port: number }): string {
  return `SFTP server ${host}${port === 22 ? '' : `:${port}`}`;
}

/** An RSA key is used with several algorithms. */
function sameType(algorithm: string, type?: string): boolean {
  return algorithm === type || (type === 'ssh-rsa' && algorithm.startsWith('rsa-'));
}

function readKey(text: string): string {
  const key = ssh2.utils.parseKey(text);
  if (!(key instanceof Error)) {
    if (key.isPrivateKey()) return text;
    throw sftpFailures.unusableKey('it is a public key');
  }
  // ssh2's own words on a key are never shown: they may hold a part of it.
  throw sftpFailures.unusableKey(
    /passphrase|encrypted/i.test(key.message) ? 'it is encrypted with a passphrase' : 'its format is not known',
  );
}

interface Attempt extends SftpTarget {
  server: string;
  key?: string;
  pins: readonly string[];
  types: ServerHostKeyAlgorithm[];
  signal: AbortSignal;
}

/** `hostKey`: the one that was shown and is not pinned; absent when the server has none of these types. */
type Refused = { hostKey?: { type: string; fingerprint: string } };

function connectOnce(attempt: Attempt): Promise<SftpConnection | Refused> {
  const { host, port, server, pins, types, signal } = attempt;
  const client = new ssh2.Client();
  const socket = connectSocket({ host, port, noDelay: true });
  const signIn = signingIn(attempt);
  let unknownKey: Refused['hostKey'];
  return new Promise((resolve, reject) => {
    const aborted = () => fail(signal.reason);
    const settled = () => signal.removeEventListener('abort', aborted);
    const fail = (reason: unknown) => {
      settled();
      socket.destroy();
      reject(reason);
    };
    const refused = (hostKey?: Refused['hostKey']) => {
      settled();
      socket.destroy();
      resolve({ hostKey });
    };
    signal.addEventListener('abort', aborted);
    if (signal.aborted) return aborted();

    client.on('error', (error: Error & { level?: string; code?: unknown }) => {
      if (unknownKey) return refused(unknownKey);
      const isOneOfSeveral = types.length < hostKeyTypes.flat().length;
      if (isOneOfSeveral && /no matching host key format/.test(error.message)) return refused();
      if (/no matching/.test(error.message)) return fail(sftpFailures.incompatible(server, error.message));
      // SSH's reasons 14 and 15: no more authentication methods, illegal user name.
      if (error.level === 'client-authentication' || error.code === 14 || error.code === 15)
        return fail(signIn.failure());
      fail(sftpFailures.unavailable(server, causeOf(error)));
    });
    client.on('change password', () =>
      fail(sftpFailures.unauthorized(server, 'it wants a new password for this user')),
    );
    client.on('close', () => fail(sftpFailures.unavailable(server, 'it ended the connection while we signed in')));
    client.on('ready', () => {
      client.sftp((error, sftp) => {
        if (error) return fail(sftpFailures.refused(server, 'begin an SFTP session'));
        settled();
        resolve({ sftp, client, socket });
      });
    });
    client.connect({
      sock: socket,
      username: attempt.username,
      password: attempt.password,
      authHandler: signIn.next as AuthHandlerMiddleware,
      algorithms: { serverHostKey: types },
      hostVerifier: (key: Buffer) => {
        const fingerprint = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=$/, '')}`;
        if (pins.includes(fingerprint)) return true;
        unknownKey = { type: key.toString('latin1', 4, 4 + key.readUInt32BE(0)), fingerprint };
        return false;
      },
      keepaliveInterval: keepaliveMs,
      keepaliveCountMax: mostKeepalives,
      // The signal ends it instead.
      readyTimeout: 0,
    });
  });
}

function causeOf(error: Error & { code?: unknown }): string {
  if (error.code === 'ECONNREFUSED') return 'nothing answers at that port';
  if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') return 'its name is not known';
  if (error.code === 'ECONNRESET' || error.code === 'EPIPE') return 'the connection was lost';
  return typeof error.code === 'string' ? error.code : error.message.slice(0, 200);
}

/** Asks which methods there are, then tries one: a second try with the same wrong password locks accounts. */
function signingIn({ server, username, password, key }: Attempt) {
  let tried: AuthenticationType | undefined;
  let offered: AuthenticationType[] = [];
  let wantsMore = false;

  function methodFor(left: AuthenticationType[], partialSuccess: boolean): AnyAuthMethod | undefined {
    if (tried && !partialSuccess) return undefined;
    if (key !== undefined && !tried && left.includes('publickey')) return { type: 'publickey', username, key };
    if (password === undefined || (key !== undefined && !tried)) return undefined;
    if (left.includes('password')) return { type: 'password', username, password };
    if (!left.includes('keyboard-interactive')) return undefined;
    return { type: 'keyboard-interactive', username, prompt: answerWith(password) };
  }
  /** Only one question that is not shown while it is typed is for the password. */
  function answerWith(secret: string) {
    let answered = false;
    return (
      _name: string,
      _words: string,
      _language: string,
      prompts: { echo?: boolean }[],
      finish: (answers: string[]) => void,
    ) => {
      const isPassword = !answered && prompts.length === 1 && !prompts[0]!.echo;
      if (!isPassword) wantsMore = true;
      answered = true;
      finish(isPassword ? [secret] : prompts.map(() => ''));
    };
  }
  return {
    next(
      left: AuthenticationType[] | null,
      partialSuccess: boolean | null,
      next: (method: AnyAuthMethod | false) => void,
    ) {
      if (left === null) return next({ type: 'none', username });
      const method = methodFor(left, partialSuccess === true);
      if (!tried) offered = left;
      if (partialSuccess && !method) wantsMore = true;
      tried = method?.type ?? tried;
      next(method ?? false);
    },
    failure() {
      const own = key !== undefined ? 'private key' : 'password';
      if (wantsMore) return sftpFailures.unauthorized(server, 'it asks for more than a password or a private key');
      if (!tried)
        return sftpFailures.unauthorized(
          server,
          `it does not take a ${own} (only ${offered.join(', ') || 'nothing'}), and the import has no other secret`,
        );
      return sftpFailures.unauthorized(server, `it refuses the user name or the ${own}`);
    },
  };
}
