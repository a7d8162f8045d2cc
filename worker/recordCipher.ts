import type { RecordCipher } from '../domain/shared/recordCipher.ts';
import type { Keyring } from './keyring.ts';
import { seal, unseal } from './sealing.ts';

/**
 * Encrypts records for tables with the current codec key, whose ID is stored in front: its length (1 byte), then the ID. A key
 * that is taken out of the keyring makes what it has encrypted unreadable.
 */
export function recordCipher({ currentId, keys }: Keyring): RecordCipher {
  return {
    encrypt(plain) {
      const id = Buffer.from(currentId);
      return Buffer.concat([Buffer.from([id.length]), id, seal(plain, currentId, keys.get(currentId)!)]);
    },
    decrypt(sealed) {
      const data = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
      const afterId = 1 + (data[0] ?? 0);
      const keyId = data.toString('utf8', 1, afterId);
      const key = keys.get(keyId);
      if (!key) throw new Error('The record was encrypted with a key that the codec keys do not hold: add it');
      try {
        return unseal(data.subarray(afterId), keyId, key);
      } catch {
        throw new Error('The record cannot be decrypted: it was changed, or the key is another');
      }
    },
  };
}
