/** The reasons as people say them. */
export const reasonWords = {
  subscription_canceled: 'Subscription canceled',
  vendor_change: 'Vendor change',
} as const;
