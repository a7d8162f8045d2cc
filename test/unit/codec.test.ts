import { randomBytes } from 'node:crypto';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isUnencrypted } from '../../domain/shared/unencrypted.ts';
import { encryptingDataConverter, encryptionCodec } from '../../worker/codec.ts';
import { parseKeyring } from '../../worker/keyring.ts';

const newKey = () => randomBytes(32).toString('base64');
const [first, second] = [newKey(), newKey()];
const codec = encryptionCodec(parseKeyring(`2026-01:${first}`));
const text = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString();

async function encoded(value: unknown, by = codec): Promise<Payload> {
  const [payload] = await by.encode([defaultPayloadConverter.toPayload(value)!]);
  return payload!;
}

async function decoded(payload: Payload, by = codec): Promise<unknown> {
  const [plain] = await by.decode([payload]);
  return defaultPayloadConverter.fromPayload(plain!);
}

describe('the codec', () => {
  test('decrypts every value, and encrypts the same value differently each time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.json().map((json) => JSON.parse(json)),
          fc.uint8Array(),
        ),
        async (value) => {
          const [one, other] = [await encoded(value), await encoded(value)];
          expect(await decoded(one)).toEqual(value);
          expect(text(one.data)).not.toBe(text(other.data));
        },
      ),
    );
  });

  test("leaves only its encoding and the key's ID readable", async () => {
    const { metadata, data } = await encoded({ email: 'olivia@example.com' });
    expect(Object.entries(metadata!).map(([name, value]) => [name, text(value)])).toEqual([
      ['encoding', 'binary/encrypted'],
      ['encryption-key-id', '2026-01'],
    ]);
    expect(text(data)).not.toMatch(/olivia|json/);
  });

  test('decrypts with earlier keys and encrypts with the first key', async () => {
    const rotated = encryptionCodec(parseKeyring(`2026-02:${second}\n2026-01:${first}`));
    expect(await decoded(await encoded('earlier'), rotated)).toBe('earlier');
    expect(text((await encoded('later', rotated)).metadata?.['encryption-key-id'])).toBe('2026-02');
    await expect(decoded(await encoded('later', rotated))).rejects.toThrow(
      'encrypted with the key "2026-02", which the codec keys do not hold',
    );
  });

  test('passes unencrypted payloads through', async () => {
    const foreign = [defaultPayloadConverter.toPayload('plain')!, { data: new Uint8Array([1]) }];
    expect(await codec.decode(foreign)).toEqual(foreign);
  });

  test('marks unencrypted payloads for workers and clients', async () => {
    const [strict] = encryptingDataConverter(parseKeyring(`2026-01:${first}`)).payloadCodecs!;
    const ours = await encoded('ours');
    const read = await strict!.decode([
      defaultPayloadConverter.toPayload('plain')!,
      { data: new Uint8Array([1]) },
      ours,
    ]);
    const values = read.map((payload) => defaultPayloadConverter.fromPayload(payload));
    expect([...values.slice(0, 2).map(isUnencrypted), values[2]]).toEqual([true, true, 'ours']);
    expect(['plain', null, undefined, 1, {}].map(isUnencrypted)).toEqual(Array(5).fill(false));
    const foreignKey = await encoded('x', encryptionCodec(parseKeyring(`other:${second}`)));
    await expect(strict!.decode([foreignKey])).rejects.toThrow('which the codec keys do not hold');
  });

  test('rejects changed data and another key with the same ID', async () => {
    const payload = await encoded({ account: 'D-1001' });
    for (const at of payload.data!.keys()) {
      const data = Uint8Array.from(payload.data!);
      data[at]! ^= 1;
      await expect(decoded({ ...payload, data })).rejects.toThrow('it was changed, or the key is another');
    }
    for (const length of [0, 5, 12, 27, payload.data!.length - 1])
      await expect(decoded({ ...payload, data: payload.data!.subarray(0, length) })).rejects.toThrow(
        'cannot be decrypted',
      );
    const other = encryptionCodec(parseKeyring(`2026-01:${second}`));
    await expect(decoded(payload, other)).rejects.toThrow('it was changed, or the key is another');
  });

  test('authenticates the key’s ID', async () => {
    const both = encryptionCodec(parseKeyring(`a:${first}\nb:${first}`));
    const payload = await encoded('x', both);
    payload.metadata!['encryption-key-id'] = Buffer.from('b');
    await expect(decoded(payload, both)).rejects.toThrow('cannot be decrypted with the key "b"');
  });
});

describe('the keyring', () => {
  test('is read line by line, with blank lines and Windows line ends', () => {
    const { currentId, keys } = parseKeyring(`\r\n k2:${second} \r\n\r\nk1:${first}\r\n`);
    expect(currentId).toBe('k2');
    expect([...keys.keys()]).toEqual(['k2', 'k1']);
    expect(keys.get('k1')?.toString('base64')).toBe(first);
  });

  test.each([
    ['without a key', '', 'The codec keys are empty'],
    ['with an ID twice', `k1:${first}\nk1:${second}`, 'Line 2 of the codec keys repeats the key ID k1'],
    ['without a colon', `k1:${first}\nk2=${second}`, 'Line 2 of the codec keys must be keyId:key'],
    ['with a short key', `k1:${randomBytes(16).toString('base64')}`, 'Line 1 of the codec keys must be keyId:key'],
    ['with a blank in an ID', `a b:${first}`, 'Line 1 of the codec keys must be keyId:key'],
  ])('%s is rejected with the line number, without showing a key', (_what, keyText, message) => {
    const refusal = () => parseKeyring(keyText);
    expect(refusal).toThrow(message);
    try {
      refusal();
    } catch (error) {
      expect(String(error)).not.toContain(second);
      expect(String(error)).not.toContain(first);
    }
  });
});
