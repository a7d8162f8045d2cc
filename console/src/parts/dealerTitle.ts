/** A dealer as people know it, with its ID. */
export function dealerTitle({ dealerName, account }: { dealerName: string | null; account: string }): string {
  return dealerName ? `${dealerName} (${account})` : `Dealer ${account}`;
}
