/** Keys that encrypt what enters histories: the first is used, all can read. */
export interface Keyring {
  currentId: string;
  keys: ReadonlyMap<string, Buffer>;
}

/**
 * Reads a keyring from text with one `keyId:base64` per line, the current key first; each key is 32 bytes.
 * To rotate, put a new line on top and keep the old ones for as long as histories need them.
 * @throws Error that names the line, never the key
 */
export function parseKeyring(text: string): Keyring {
  const keys = new Map<string, Buffer>();
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  for (const [index, line] of lines.entries()) {
    if (line === '') continue;
    const match = /^([A-Za-z0-9._-]{1,64}):([A-Za-z0-9+/]+={0,2})$/.exec(line);
    const key = match && Buffer.from(match[2]!, 'base64');
    if (!key || key.length !== 32)
      throw new Error(`Line ${index + 1} of the codec keys must be keyId:base64 of 32 bytes`);
    if (keys.has(match[1]!)) throw new Error(`Line ${index + 1} of the codec keys repeats the key ID ${match[1]}`);
    keys.set(match[1]!, key);
  }
  const currentId = keys.keys().next().value;
  if (currentId === undefined) throw new Error('The codec keys are empty: give at least one line keyId:base64');
  return { currentId, keys };
}
