import { StartError } from './startError.ts';

/** How many lines a message names. */
const mostNamed = 20;
/** Each is kept until the rejected lines are written. */
const mostHeaders = 1_000;

interface Header {
  number: number;
  text: string;
}

/** What a person should know of how a file was read, beside the lines that are rejected; bounded, however long the file is. */
export class ImportNotes {
  private readonly file: string;
  private readonly headers: Header[] = [];
  private headersTold = 0;
  private readonly again: number[] = [];
  private readonly otherEncoding = { count: 0, first: [] as string[] };

  constructor(file: string) {
    this.file = file;
  }

  /** @throws StartError when there are more headers than a file that was put together of exports has */
  header(number: number, text: string): void {
    if (this.headers.length > 0) this.again.push(number);
    // The same header again changes nothing for the lines below.
    if (this.headers.at(-1)?.text !== text) this.headers.push({ number, text });
    if (this.again.length <= mostHeaders) return;
    throw new StartError(`${this.file} is not a file of accounts: it has more than ${mostHeaders} headers`);
  }

  get hasHeader(): boolean {
    return this.headers.length > 0;
  }

  /** The headers that a reader of the lines from this one on needs, each only once. */
  headersBefore(number: number): Header[] {
    const before = this.headers.slice(this.headersTold).filter((one) => one.number < number);
    this.headersTold += before.length;
    return before.slice(-1);
  }

  notUtf8(number: number, name: string | undefined): void {
    this.otherEncoding.count += 1;
    if (this.otherEncoding.first.length < mostNamed)
      this.otherEncoding.first.push(name === undefined ? String(number) : `${number} (${name})`);
  }

  /** One sentence or more for each thing that was noted. */
  said(): string[] {
    const said: string[] = [];
    if (this.again.length > 0)
      said.push(`A header again, by which the lines below it were read: ${list(this.again, this.again.length)}`);
    const { count, first } = this.otherEncoding;
    if (count > 0)
      said.push(
        `These lines are not UTF-8 and were read as windows-1252; check their names, which are wrong when the file is from another system (MacRoman, CP850): ${list(first, count)}`,
        'If they are wrong, save the file as "CSV UTF-8" and import it again',
      );
    return said;
  }
}

function list(lines: (string | number)[], count: number): string {
  const more = count > mostNamed ? ` and ${count - mostNamed} more` : '';
  return `${count === 1 ? 'line' : 'lines'} ${lines.slice(0, mostNamed).join(', ')}${more}`;
}
