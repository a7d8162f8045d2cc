import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ssh2 from 'ssh2';

/** A key pair in OpenSSH's formats; of a host also what people compare. */
export interface KeyPair {
  private: string;
  public: string;
  /** Such as `SHA256:…`. */
  fingerprint: string;
}

/** The key pair of this name in a folder, made at the first start. */
export function keptKeyPair(folder: string, name: string): KeyPair {
  const file = join(folder, name);
  if (!existsSync(file)) {
    const made = madeKeyPair();
    keepPrivately(folder, name, made.private);
    keepPrivately(folder, `${name}.pub`, made.public);
  }
  const text = readFileSync(`${file}.pub`, 'utf8');
  const blob = Buffer.from(text.split(' ')[1] ?? '', 'base64');
  const fingerprint = `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=$/, '')}`;
  return { private: readFileSync(file, 'utf8'), public: text, fingerprint };
}

/** One in two hundred that ssh2 makes lacks a byte, and cannot be read. @internal exported for tests */
export function madeKeyPair(): { private: string; public: string } {
  for (;;) {
    const made = ssh2.utils.generateKeyPairSync('ed25519', { comment: 'sandbox' });
    if (!(ssh2.utils.parseKey(made.private) instanceof Error)) return made;
  }
}

/** Writes what only its owner may read. */
export function keepPrivately(folder: string, name: string, text: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, name), text, { mode: 0o600 });
  chmodSync(join(folder, name), 0o600);
}
