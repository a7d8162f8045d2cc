/** The reasons as people say them. */
export const reasonWords = {
  subscription_cancelled: 'Subscription cancelled',
  vendor_change: 'Vendor change',
} as const;
