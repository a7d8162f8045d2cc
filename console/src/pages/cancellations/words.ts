/** The reasons as people say them. */
export const reasonWords = {
  subscription_canceled: 'Subscription canceled',
  vendor_change: 'Vendor change',
} as const;

/** A dealer as people know it, with its ID. */
export function dealerTitle({ dealerName, account }: { dealerName: string | null; account: string }): string {
  return dealerName ? `${dealerName} (${account})` : `Dealer ${account}`;
}
