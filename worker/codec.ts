import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { DataConverter, Payload, PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import type { Keyring } from './keyring.ts';

const encoding = 'binary/encrypted';
const ivLength = 12;
const tagLength = 16;
const text = new TextDecoder();

/**
 * Encrypts whole payloads with AES-256-GCM: data is IV, ciphertext and tag. The key's ID is in the metadata and is
 * authenticated. Payloads of others pass through unchanged.
 * @throws Error on decoding with an unknown key ID, or when the data was changed
 */
export function encryptionCodec({ currentId, keys }: Keyring): PayloadCodec {
  return {
    encode: async (payloads) => payloads.map((payload) => encrypt(payload, currentId, keys.get(currentId)!)),
    decode: async (payloads) => payloads.map((payload) => decrypt(payload, keys)),
  };
}

function encrypt(payload: Payload, keyId: string, key: Buffer): Payload {
  const iv = randomBytes(ivLength);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(keyId));
  const plain = temporal.api.common.v1.Payload.encode(payload).finish();
  const data = Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return { metadata: { encoding: Buffer.from(encoding), 'encryption-key-id': Buffer.from(keyId) }, data };
}

function decrypt(payload: Payload, keys: Keyring['keys']): Payload {
  if (text.decode(payload.metadata?.encoding ?? undefined) !== encoding) return payload;
  const keyId = text.decode(payload.metadata?.['encryption-key-id'] ?? undefined);
  const key = keys.get(keyId);
  if (!key)
    throw new Error(`The payload was encrypted with the key "${keyId}", which the codec keys do not hold: add it`);
  const data = Buffer.from(payload.data ?? []);
  const decipher = createDecipheriv('aes-256-gcm', key, data.subarray(0, ivLength));
  decipher.setAAD(Buffer.from(keyId));
  decipher.setAuthTag(data.subarray(data.length - tagLength));
  const plain = Buffer.concat([decipher.update(data.subarray(ivLength, data.length - tagLength)), decipher.final()]);
  return temporal.api.common.v1.Payload.decode(plain);
}

/** What every client and worker uses; failures' messages and stacks are encrypted too. */
export function encryptingDataConverter(keyring: Keyring): DataConverter {
  return {
    payloadCodecs: [encryptionCodec(keyring)],
    failureConverterPath: new URL(
      `./failureConverter${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`,
      import.meta.url,
    ).pathname,
  };
}
