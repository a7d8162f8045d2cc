import { readIdentifier } from './identifiers.ts';

/** The dealers for which a connector is used, so that it can be tried on one first. */
export type DealerSelection = 'all' | readonly string[];

/**
 * Reads a setting such as `all`, or `D-1103, 555204`: accounts, or the dealers' IDs at the vendor.
 * @throws Error that says what is wrong
 */
export function readDealerSelection(text: string): DealerSelection {
  const parts = text.split(',').map((one) => one.trim());
  if (parts.length === 1 && parts[0]!.toLowerCase() === 'all') return 'all';
  return parts.map((part) => {
    const read = readIdentifier(part);
    if (part.toLowerCase() === 'all' || 'problem' in read)
      throw new Error(
        `must be all, or accounts and Dealer IDs with commas between them; ${JSON.stringify(part.slice(0, 40))} is neither`,
      );
    return read.value;
  });
}

/** Whether the connector is used for this dealer. */
export function isSelected(
  selection: DealerSelection,
  { account, dealerId }: { account: string; dealerId: string },
): boolean {
  return selection === 'all' || selection.includes(account) || selection.includes(dealerId);
}
