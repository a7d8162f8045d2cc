import { inWords, sentenceCase } from '../../../../domain/shared/words.ts';

const json = String.raw`(?:"(?:[^"\\]|\\.)*"|\[[^\]]*\]|[^\s;]+)`;
const changePattern = new RegExp(String.raw`(\w+): (${json}(?: → ${json})?)(?=; |$)`, 'g');
const labels: Record<string, string> = {
  leadOf: 'Team lead of',
  personId: 'Person',
  owner: 'Person or system',
  active: 'Works here',
  scopes: 'May',
  validHours: 'Valid for hours',
  parentSalesAccountId: 'Parent sales account',
};
/** Whose value is a person's ID, or `key:<name>`. */
const ofPeople = ['personId', 'owner'];

/**
 * What an event of the administration says has changed, such as `leadOf: null → "ops"`, for people: `Team lead of: none → ops`.
 * @param nameOf the name of a person or a key by its ID
 */
export function changesInWords(detail: string, nameOf: (id: string) => string): string[] {
  const changes = [...detail.matchAll(changePattern)];
  const all = changes.map(([change]) => change).join('; ');
  // Another text, such as that of an import.
  if (all !== detail) return [detail];
  return changes.map(([, name, values]) => {
    const label = labels[name!] ?? sentenceCase(inWords(name!.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()));
    const shown = values!
      .split(' → ')
      .map((value) => valueInWords(value, ofPeople.includes(name!) ? nameOf : undefined));
    return `${label}: ${shown.join(' → ')}`;
  });
}

function valueInWords(json: string, nameOf: (id: string) => string = (text) => text): string {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return json;
  }
  if (value === null) return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return nameOf(value);
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.join(', ') || 'none';
  return json;
}
