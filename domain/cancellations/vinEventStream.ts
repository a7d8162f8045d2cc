import { vinSolutionsDealerId } from '../shared/identifiers.ts';

/** The raw text of the parameters of CST's "Remove from Vin Event Stream" (spec: cancellations.md, "VinSolutions, part 1"). */

const dealerIdsLine = /^([ \t]*DealerIds[ \t]*:[ \t]*)([^\r\n]*)/gim;

/** Whether it can be listed without naming another dealer too. */
export function isDealerId(id: string): boolean {
  return vinSolutionsDealerId.test(id);
}

/**
 * The text with these Dealer IDs in place of those that it listed; every other line and the line endings stay as they are.
 * Where the text has no such line, it is added at the end.
 * @throws RangeError when an ID has more than digits, or when the text has the line more than once: it could then list
 *   other dealers as well
 */
export function withDealerIds(parametersText: string, dealerIds: readonly string[]): string {
  const wrong = dealerIds.find((id) => !isDealerId(id));
  if (wrong !== undefined) throw new RangeError(`A VinSolutions Dealer ID has digits only: ${JSON.stringify(wrong)}`);
  const lines = parametersText.match(dealerIdsLine)?.length ?? 0;
  if (lines > 1) throw new RangeError(`The parameters have ${lines} lines "DealerIds:": leave only one of them in CST`);
  const list = dealerIds.join(',');
  if (lines === 1) return parametersText.replace(dealerIdsLine, (_all, label: string) => `${label}${list}`);
  const newline = /\r\n|\r|\n/.exec(parametersText)?.[0] ?? '\n';
  const before = parametersText === '' || /[\r\n]$/.test(parametersText) ? parametersText : parametersText + newline;
  return `${before}${dealerIdsLineOf(dealerIds)}${newline}`;
}

/** The line that lists these Dealer IDs, ready to type. */
export function dealerIdsLineOf(dealerIds: readonly string[]): string {
  return `DealerIds: ${dealerIds.join(',')}`;
}
