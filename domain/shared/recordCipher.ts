/** Encrypts records that hold personal data, such as a rejected row, for tables. */
export interface RecordCipher {
  encrypt(plain: Uint8Array): Buffer;
  /** @throws Error when the key is not held, or the data was changed; it names no key */
  decrypt(sealed: Uint8Array): Buffer;
}

export const keyIsGone = 'It was encrypted with a key that the codec keys do not hold any more.';

/** @returns undefined where the key is gone */
export function opened<T>(open: () => T): T | undefined {
  try {
    return open();
  } catch {
    return undefined;
  }
}
