import * as z from 'zod/mini';
import { feedDmsNames, feedImportStates, feedKinds } from '../../../../domain/feeds/feeds.ts';

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
