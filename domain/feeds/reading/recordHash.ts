import { createHash } from 'node:crypto';

/**
 * MurmurHash3 (x86, 128 bits, with a seed for each of its words) of a record. It recognizes records that were imported before, and protects nothing: Node's SHA-1 took
 * three times as long for each record, and half of the time in which an unchanged file is read.
 */

const rotated = (word: number, by: number) => (word << by) | (word >>> (32 - by));
const mixed = (word: number, first: number, by: number, second: number) =>
  Math.imul(rotated(Math.imul(word, first), by), second);
const c1 = 0x239b961b;
const c2 = 0xab0e9789;
const c3 = 0x38b34ae5;
const c4 = 0xa1e38b93;

/** Hashes records in the light of a text (the mapping's version and header): under another one each record has another hash. */
export class RecordHasher {
  readonly #seed: Int32Array;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    const digest = createHash('sha256').update(text).digest();
    this.#seed = Int32Array.from([0, 4, 8, 12], (at) => digest.readInt32LE(at));
  }

  /** Writes the hash of these bytes, 16 bytes, into `to` at `at`. */
  write(bytes: Buffer, from: number, end: number, to: Buffer, at: number): void {
    let h1 = this.#seed[0]!;
    let h2 = this.#seed[1]!;
    let h3 = this.#seed[2]!;
    let h4 = this.#seed[3]!;
    const length = end - from;
    const whole = from + (length & ~15);
    let i = from;
    for (; i < whole; i += 16) {
      h1 ^= mixed(word(bytes, i), c1, 15, c2);
      h1 = (Math.imul(rotated(h1, 19) + h2, 5) + 0x561ccd1b) | 0;
      h2 ^= mixed(word(bytes, i + 4), c2, 16, c3);
      h2 = (Math.imul(rotated(h2, 17) + h3, 5) + 0x0bcaa747) | 0;
      h3 ^= mixed(word(bytes, i + 8), c3, 17, c4);
      h3 = (Math.imul(rotated(h3, 15) + h4, 5) + 0x96cd1c35) | 0;
      h4 ^= mixed(word(bytes, i + 12), c4, 18, c1);
      h4 = (Math.imul(rotated(h4, 13) + h1, 5) + 0x32ac3b17) | 0;
    }
    let k1 = 0;
    let k2 = 0;
    let k3 = 0;
    let k4 = 0;
    for (let j = end - i - 1; j >= 0; j--) {
      if (j >= 12) k4 = (k4 << 8) | bytes[i + j]!;
      else if (j >= 8) k3 = (k3 << 8) | bytes[i + j]!;
      else if (j >= 4) k2 = (k2 << 8) | bytes[i + j]!;
      else k1 = (k1 << 8) | bytes[i + j]!;
    }
    h1 ^= mixed(k1, c1, 15, c2) ^ length;
    h2 ^= mixed(k2, c2, 16, c3) ^ length;
    h3 ^= mixed(k3, c3, 17, c4) ^ length;
    h4 ^= mixed(k4, c4, 18, c1) ^ length;
    h1 = (h1 + h2 + h3 + h4) | 0;
    h2 = finished((h2 + h1) | 0);
    h3 = finished((h3 + h1) | 0);
    h4 = finished((h4 + h1) | 0);
    h1 = (finished(h1) + h2 + h3 + h4) | 0;
    to.writeInt32LE(h1, at);
    to.writeInt32LE((h2 + h1) | 0, at + 4);
    to.writeInt32LE((h3 + h1) | 0, at + 8);
    to.writeInt32LE((h4 + h1) | 0, at + 12);
  }

  /** Of a record that is too long to be kept: its bytes come one after the other. */
  ofParts(): { add(bytes: Buffer): void; hash(): Buffer } {
    const hash = createHash('sha256').update(this.#text);
    return { add: (bytes) => void hash.update(bytes), hash: () => hash.digest().subarray(0, 16) };
  }
}

function word(bytes: Buffer, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

function finished(word: number): number {
  let left = word;
  left = Math.imul(left ^ (left >>> 16), 0x85ebca6b);
  left = Math.imul(left ^ (left >>> 13), 0xc2b2ae35);
  return left ^ (left >>> 16);
}
