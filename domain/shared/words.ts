/** A code such as `not_completed` in the words that people read: `not completed`. */
export function inWords(code: string): string {
  return code.replaceAll('_', ' ');
}

/** A name such as `nightly-import` as a title: `Nightly import`. */
export function sentenceCase(name: string): string {
  const words = name.replace(/[-_]+/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
