/** Keys that encrypt what enters histories: the first is used, all can read. */
export interface Keyring {
  currentId: string;
  keys: ReadonlyMap<string, Buffer>;
}

/**
 * Reads a keyring from text with one `keyId:base64` per line, the current key first; each key is 32 bytes.
 * To rotate, add a line below first: every process must hold a key before one of them encrypts with it (docs/production.md).
 * @throws Error that names the line, never the key
 */
export function parseKeyring(text: string): Keyring {
  const keys = new Map<string, Buffer>();
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  for (const [index, line] of lines.entries()) {
    if (line === '') continue;
    const where = `Line ${index + 1} of the codec keys`;
    const [, id, base64] = /^([A-Za-z0-9._-]{1,64}):([A-Za-z0-9+/]{43}=)$/.exec(line) ?? [];
    if (!id || !base64)
      throw new Error(`${where} must be keyId:key, the key being 32 bytes in base64 (44 characters, ending in =)`);
    if (keys.has(id)) throw new Error(`${where} repeats the key ID ${id}: give each key its own`);
    keys.set(id, Buffer.from(base64, 'base64'));
  }
  const currentId = keys.keys().next().value;
  if (currentId === undefined)
    throw new Error('The codec keys are empty: give at least one line keyId:key, the key being 32 bytes in base64');
  return { currentId, keys };
}
