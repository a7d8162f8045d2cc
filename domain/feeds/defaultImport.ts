import type { FeedImportSettings } from './feeds.ts';

/** The defaults of a feed import; the first ones are the spec's or follow from it (proresponse-feeds.md, step 4). */
export const defaultImport = {
  ...{ deleteFromServer: true, moveTo: null, filename: '_SL\\.csv', regex: true, port: 22 },
  ...{ localTime: '05:00', jitterMinutes: 30, maxRejectedShare: 0.1, silentAfterDays: 3, smallBelowShare: 0.25 },
} satisfies Partial<FeedImportSettings>;
