import { inWords, sentenceCase } from '../../../domain/shared/words.ts';

const isSentence = /^[\p{Lu}“].*\.$/su;

/**
 * What is wrong with a field, as a sentence that begins with the field's label.
 * @param message as the API says it: what follows the field's name, or a sentence
 */
export function problemSentence(label: string, message: string): string {
  if (isSentence.test(message)) return message;
  // People see the field: which type the API needs does not help them.
  return `${label} ${message.replace(/^is missing: it must be an? .*$/, 'is missing')}.`;
}

/**
 * The label of a part of a request; one that the page does not name has the words of its own name.
 * @param path as in a problem's `errors`, such as `/integrations/0` or `query from`
 */
export function labelOf(path: string, labels: Record<string, string>): string {
  const known = labels[path] ?? labels[path.replace(/(\/\d+)+$/, '')];
  if (known) return known;
  const name = path.replace(/(\/\d+)+$/, '').replace(/^.*[\s/]/, '');
  return sentenceCase(inWords(name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase())) || 'The request';
}
