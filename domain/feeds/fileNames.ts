import { RE2JS } from 're2js';

/** Names of files on a feed's server: which of them an import takes, and which nobody can take. */

const longestPattern = 200;
/** Of most file systems. */
const longestNameBytes = 255;

/** What of a feed import says which files it takes. */
export interface FileRule {
  filename: string;
  regex: boolean;
}

/**
 * Which names an import takes: with `regex` those that *end* with the pattern (`_SL\.csv` takes `x_SL.csv`, not `x_SL.csv.tmp`),
 * otherwise the one that is equal. Upper and lower case differ, as on the server.
 * @throws Error when `problemWithPattern` has one
 */
export function fileRule({ filename, regex }: FileRule): { matches(name: string): boolean } {
  if (!regex) return { matches: (name) => name === filename };
  const pattern = RE2JS.compile(`(?:${filename})\\z`);
  return { matches: (name) => pattern.matcher(name).find() };
}

/** Why an import cannot be set to take this name or pattern; undefined when it can. */
export function problemWithPattern(filename: string, regex: boolean): string | undefined {
  if (filename.trim() === '') return 'is missing';
  if (filename.length > longestPattern) return `is longer than ${longestPattern} characters`;
  if (!regex) return problemWithName(filename);
  if (oddCharacter(filename)) return 'has a control character, or one that cannot be read';
  try {
    RE2JS.compile(filename);
    const { matches } = fileRule({ filename, regex });
    // A pattern that takes the empty text at the end of a name takes every name.
    if (['', 'a', '.', ' '].every(matches)) return 'takes every name: it also matches the empty text';
  } catch (error) {
    const said = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : 'it cannot be read';
    return `is not a pattern of RE2: ${said}`;
  }
}

/** Why a file of this name cannot be taken; undefined when it can. The sentence does not repeat the name. */
export function problemWithName(name: string): string | undefined {
  if (name === '') return 'has no name';
  if (/[/\\]/.test(name)) return 'has a slash or backslash in its name';
  if (name === '.' || name.includes('..')) return 'has ".." in its name, or is a folder';
  if (name.includes('\0')) return 'has a NUL character in its name';
  if (/[\uFFFD\p{Surrogate}]/u.test(name)) return 'has a name that is not UTF-8';
  if (oddCharacter(name)) return 'has a line break or another control character in its name';
  if (Buffer.byteLength(name) > longestNameBytes) return `has a name of more than ${longestNameBytes} bytes`;
}

/** Controls, and what turns or hides the text around it. */
function oddCharacter(text: string): boolean {
  return /[\p{Cc}\p{Zl}\p{Zp}\u200E\u200F\u202A-\u202E\u2066-\u2069\uFFFD\p{Surrogate}]/u.test(text);
}
