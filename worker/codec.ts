import { type DataConverter, defaultPayloadConverter, type Payload, type PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { unencrypted } from '../domain/shared/unencrypted.ts';
import { moduleFile } from './files.ts';
import type { Keyring } from './keyring.ts';
import { seal, unseal } from './sealing.ts';

const encoding = 'binary/encrypted';
const text = new TextDecoder();
const foreign = defaultPayloadConverter.toPayload(unencrypted)!;

/**
 * Encrypts whole payloads, metadata included, with AES-256-GCM: the data is IV (12 bytes), ciphertext and tag (16 bytes). The
 * key's ID is in the metadata, is authenticated, and says which key decodes; other payloads pass through unchanged.
 *
 * Arguments, results, Updates, Signals, Queries, memos, heartbeats, summaries and current details go through it, and failures'
 * messages and stacks with `failureConverterPath`. Never through it go: workflow IDs, types' names, failures' types, and search
 * attributes, so that these must hold nothing personal.
 * @throws Error on decoding, when the key's ID is not in the keyring or the data was changed; neither names a key
 */
export function encryptionCodec({ currentId, keys }: Keyring): PayloadCodec {
  return {
    encode: async (payloads) => payloads.map((payload) => encrypt(payload, currentId, keys.get(currentId)!)),
    decode: async (payloads) => payloads.map((payload) => decrypt(payload, keys)),
  };
}

function encrypt(payload: Payload, keyId: string, key: Buffer): Payload {
  const plain = proto.temporal.api.common.v1.Payload.encode(payload).finish();
  const data = seal(plain, keyId, key);
  return { metadata: { encoding: Buffer.from(encoding), 'encryption-key-id': Buffer.from(keyId) }, data };
}

function isEncrypted({ metadata }: Payload): boolean {
  return text.decode(metadata?.encoding ?? undefined) === encoding;
}

function decrypt(payload: Payload, keys: Keyring['keys']): Payload {
  if (!isEncrypted(payload)) return payload;
  const keyId = text.decode(payload.metadata?.['encryption-key-id'] ?? undefined);
  const key = keys.get(keyId);
  if (!key)
    throw new Error(`The payload was encrypted with the key "${keyId}", which the codec keys do not hold: add it`);
  const data = Buffer.from(payload.data ?? []);
  try {
    const plain = unseal(data, keyId, key);
    return proto.temporal.api.common.v1.Payload.decode(plain);
  } catch {
    throw new Error(`The payload cannot be decrypted with the key "${keyId}": it was changed, or the key is another`);
  }
}

/** Where the SDK finds the failure converter; a workflow bundle that is built on its own must be given it too. */
export const failureConverterPath = moduleFile('worker/failureConverter');

/**
 * What every client and worker uses; failures' messages and stacks are encrypted too. A payload that was not encrypted is read as
 * the value `unencrypted`, which workflows and activities do not take for a message: anybody who reaches Temporal can write one.
 * One that claims to be encrypted with a key that is not held is an error, and the workflow task is tried again: a key that was
 * forgotten in a rotation loses no message.
 */
export function encryptingDataConverter(keyring: Keyring): DataConverter {
  const codec = encryptionCodec(keyring);
  const decode = async (payloads: Payload[]) => {
    const read = await codec.decode(payloads);
    return read.map((payload, index) => (isEncrypted(payloads[index]!) ? payload : foreign));
  };
  return { payloadCodecs: [{ ...codec, decode }], failureConverterPath };
}
