/** A code such as `not_completed` in the words that people read: `not completed`. */
export function inWords(code: string): string {
  return code.replaceAll('_', ' ');
}
