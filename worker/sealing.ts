import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const ivLength = 12;
const tagLength = 16;

/** Encrypts with AES-256-GCM: IV (12 bytes), ciphertext, tag (16 bytes). The key's ID is authenticated. */
export function seal(plain: Uint8Array, keyId: string, key: Buffer): Buffer {
  const iv = randomBytes(ivLength);
  const cipher = createCipheriv(algorithm, key, iv, { authTagLength: tagLength });
  cipher.setAAD(Buffer.from(keyId));
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Decrypts what `seal` has made. @throws Error when the key is another, or the data was changed */
export function unseal(data: Buffer, keyId: string, key: Buffer): Buffer {
  const decipher = createDecipheriv(algorithm, key, data.subarray(0, ivLength), { authTagLength: tagLength });
  decipher.setAAD(Buffer.from(keyId));
  decipher.setAuthTag(data.subarray(-tagLength));
  return Buffer.concat([decipher.update(data.subarray(ivLength, -tagLength)), decipher.final()]);
}
