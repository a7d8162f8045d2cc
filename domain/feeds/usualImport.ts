import type { FeedImportSettings } from './feeds.ts';

/** What an import has where nobody says anything else (spec: proresponse-feeds.md, step 4). */
export const usualImport = {
  ...{ deleteFromServer: true, moveTo: null, filename: '_SL\\.csv', regex: true, port: 22 },
  ...{ localTime: '05:00', jitterMinutes: 30, maxRejectedShare: 0.1, silentAfterDays: 3, smallBelowShare: 0.25 },
} satisfies Partial<FeedImportSettings>;
