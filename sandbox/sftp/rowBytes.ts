const comma = 44;
const zero = 48;
/** Longer than any row. */
const spareBytes = 4_096;

/** Writes rows as bytes: strings of each row would cost several times as much. */
export class RowBytes {
  private bytes: Buffer;
  private length = 0;
  private readonly size: number;

  constructor(size: number) {
    this.size = size;
    this.bytes = Buffer.allocUnsafe(size + spareBytes);
  }

  get isFull(): boolean {
    return this.length >= this.size;
  }

  /** What was written since the last time. */
  take(): Buffer {
    const taken = this.bytes.subarray(0, this.length);
    this.bytes = Buffer.allocUnsafe(this.size + spareBytes);
    this.length = 0;
    return taken;
  }

  /** Replaces a row that was written. @param from where it begins */
  replace(from: number, text: string): void {
    this.length = from;
    this.text(text);
  }

  get position(): number {
    return this.length;
  }

  textFrom(position: number): string {
    return this.bytes.toString('utf8', position, this.length);
  }

  /** The end of a cell. */
  next(): void {
    this.bytes[this.length++] = comma;
  }

  put(bytes: Uint8Array): void {
    for (let index = 0; index < bytes.length; index++) this.bytes[this.length++] = bytes[index]!;
  }

  text(text: string): void {
    const { bytes } = this;
    let at = this.length;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > 127) {
        at += bytes.write(text.slice(index), at);
        break;
      }
      bytes[at++] = code;
    }
    this.length = at;
  }

  /** @param digits at least so many, with zeros before it */
  whole(number: number, digits = 1): void {
    let count = digits;
    for (let most = 10 ** digits; number >= most; most *= 10) count += 1;
    let rest = number;
    for (let at = this.length + count - 1; at >= this.length; at--) {
      const tens = Math.floor(rest / 10);
      this.bytes[at] = zero + rest - tens * 10;
      rest = tens;
    }
    this.length += count;
  }

  /** Of cents. */
  money(cents: number): void {
    const whole = Math.floor(cents / 100);
    this.whole(whole);
    this.bytes[this.length++] = 46;
    this.whole(cents - whole * 100, 2);
  }
}
