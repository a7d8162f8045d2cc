const mostRemembered = 20_000;

/** What was read of a key before: files repeat the same values, and finding one takes less time than reading it. */
export class Memory<K extends string | number, T> {
  readonly #read: (key: K) => T;
  readonly #found = new Map<K, T>();

  constructor(read: (key: K) => T) {
    this.#read = read;
  }

  of(key: K): T {
    let found = this.#found.get(key);
    if (found === undefined) {
      found = this.#read(key);
      if (this.#found.size >= mostRemembered) this.#found.clear();
      this.#found.set(typeof key === 'string' ? copyOf(key) : key, found);
    }
    return found;
  }
}

/** A part of a longer text keeps all of that text in memory. */
function copyOf<K extends string>(text: K): K {
  return Buffer.from(text).toString() as K;
}
