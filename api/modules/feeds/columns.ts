import { z } from 'zod';
import { feedDmsNames, feedKinds } from '../../../domain/feeds/feeds.ts';
import { feedProfiles, requiredFields } from '../../../domain/feeds/reading/profiles.ts';
import type { ApiOptions, App } from '../../server/options.ts';
import { Dms, Kind } from './importFields.ts';

const FeedColumns = z
  .object({
    profiles: z
      .array(
        z.object({
          dms: Dms,
          kind: Kind,
          fields: z.array(
            z.object({
              field: z.string(),
              columns: z.array(z.string()).describe('The first of these that has a value counts'),
              isRequired: z.boolean().describe('A file without any of its columns is not imported'),
            }),
          ),
        }),
      )
      .describe('By DMS and kind. Names are compared by letters and digits only, ignoring case.'),
    suggestionsTo: z
      .string()
      .nullable()
      .describe('Where to send suggestions for more columns; null where it is not set'),
  })
  .meta({ id: 'FeedColumns' });

/** Which columns of files are read. */
export async function columnRoutes(app: App, { feeds }: ApiOptions): Promise<void> {
  app.get(
    '/v1/feeds/columns',
    {
      config: { scope: ['read', 'feeds:write'] },
      schema: {
        tags: ['feeds'],
        operationId: 'listFeedColumns',
        summary: 'Which columns of files are read, and where to send suggestions for more',
        description: 'The same for all dealers of a DMS: a dealer cannot choose them.',
        response: { 200: FeedColumns },
      },
    },
    async () => ({ profiles, suggestionsTo: feeds.suggestionsTo ?? null }),
  );
}

const profiles: z.output<typeof FeedColumns>['profiles'] = feedDmsNames.flatMap((dms) =>
  feedKinds.flatMap((kind) => {
    const read = feedProfiles[dms][kind];
    if (!read) return [];
    const fields = Object.entries(read).map(([field, columns]) => ({
      ...{ field, columns: [...columns] },
      isRequired: requiredFields[kind].some((one) => one === field),
    }));
    return [{ dms, kind, fields }];
  }),
);
