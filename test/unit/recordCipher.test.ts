import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { parseKeyring } from '../../worker/keyring.ts';
import { recordCipher } from '../../worker/recordCipher.ts';

const line = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const [first, second] = [line('2026-01'), line('2026-02')];
const record = Buffer.from('Kim,Example,kim@example.com');

test('a record is read with the key that encrypted it, also after a newer key came first', () => {
  const sealed = recordCipher(parseKeyring(first)).encrypt(record);
  expect(sealed.includes('Example')).toBe(false);
  expect(recordCipher(parseKeyring(`${second}\n${first}`)).decrypt(sealed)).toEqual(record);
});

test('the same record is encrypted differently each time', () => {
  const cipher = recordCipher(parseKeyring(first));
  expect(cipher.encrypt(record)).not.toEqual(cipher.encrypt(record));
});

test('a record of a key that is not held, or that was changed, is an error that names no key', () => {
  const sealed = recordCipher(parseKeyring(first)).encrypt(record);
  expect(() => recordCipher(parseKeyring(second)).decrypt(sealed)).toThrow(/^The record was encrypted with a key that/);
  for (const at of [sealed.length - 1, sealed.length - 20, 12]) {
    const changed = Buffer.from(sealed);
    changed[at]! ^= 1;
    expect(() => recordCipher(parseKeyring(first)).decrypt(changed)).toThrow(/^The record cannot be decrypted: /);
  }
  expect(() => recordCipher(parseKeyring(first)).decrypt(Buffer.alloc(0))).toThrow(/^The record /);
});
