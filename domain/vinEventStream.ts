/** The raw text of the parameters of CST's "Remove from Vin Event Stream" (spec: cancellations.md, VinSolutions part 1). */

const line = /^([ \t]*DealerIds[ \t]*:[ \t]*)([^\r\n]*)/im;

/**
 * The text with these Dealer IDs in place of those that it listed; every other line stays as it is.
 * @throws RangeError when an ID could not be told from the list's own commas and spaces
 */
export function withDealerIds(parametersText: string, dealerIds: readonly string[]): string {
  const wrong = dealerIds.find((id) => !/^[^\s,]+$/.test(id));
  if (wrong !== undefined)
    throw new RangeError(`A VinSolutions Dealer ID has no comma or space: ${JSON.stringify(wrong)}`);
  const list = dealerIds.join(',');
  if (line.test(parametersText)) return parametersText.replace(line, (_all, label: string) => `${label}${list}`);
  const newline = parametersText.includes('\r\n') ? '\r\n' : '\n';
  const before = parametersText === '' || parametersText.endsWith('\n') ? parametersText : parametersText + newline;
  return `${before}DealerIds: ${list}${newline}`;
}

/** The Dealer IDs that the text lists. */
export function dealerIdsIn(parametersText: string): string[] {
  const list = line.exec(parametersText)?.[2] ?? '';
  return list.split(/[\s,]+/).filter(Boolean);
}
