import * as z from 'zod/mini';
import { activityTypes, feedDmsNames, feedImportStates, feedKinds } from '../../../../domain/feeds/feeds.ts';

/** The filters of the list of feeds, as its address has them. */
export const feedSearch = z.strictObject({
  dms: z.optional(z.enum(feedDmsNames)),
  kind: z.optional(z.enum(feedKinds)),
  state: z.optional(z.enum(feedImportStates)),
  account: z.optional(z.string()),
});
export type FeedSearch = z.infer<typeof feedSearch>;

/** Whose feeds the board shows; all when absent. */
export const feedBoardSearch = z.strictObject({ account: z.optional(z.string()) });

/** Which rejected rows of a feed are shown; those that are to be corrected when `state` is absent. */
export const rejectedSearch = z.strictObject({
  state: z.optional(z.enum(['open', 'corrected'])),
  run: z.optional(z.string()),
  file: z.optional(z.string()),
});
export type RejectedSearch = z.infer<typeof rejectedSearch>;

/** What a new feed import begins with. */
export const newFeedSearch = z.strictObject({
  /** The dealer's. */
  account: z.optional(z.string()),
});

/** By what activities are searched, as texts, besides the VIN, which no address has; `account` is the dealer's. */
export const activitySearch = z.strictObject({
  account: z.optional(z.string()),
  contact: z.optional(z.string()),
  type: z.optional(z.enum(activityTypes)),
  from: z.optional(z.string()),
  to: z.optional(z.string()),
  cash: z.optional(z.enum(['true', 'false'])),
  amountMin: z.optional(z.string()),
  amountMax: z.optional(z.string()),
  termMin: z.optional(z.string()),
  termMax: z.optional(z.string()),
  finalPaymentFrom: z.optional(z.string()),
  finalPaymentTo: z.optional(z.string()),
  make: z.optional(z.string()),
  model: z.optional(z.string()),
});
