import { z } from 'zod';
import { FeedRejectedRowId } from '../../../domain/shared/inputs.ts';
import { pageQuery, pageSchema } from '../../server/paging.ts';
import { Time } from '../../server/time.ts';
import { versionOf } from './assertVersion.ts';

/** What is sent and answered about rejected rows. */

const State = z.enum(['open', 'corrected']).meta({
  id: 'FeedRejectedRowState',
  description: '`corrected`: imported after all, with a person’s correction or since the mapping reads it now',
});

const Cell = z
  .object({
    column: z.string(),
    value: z.string().describe('As the file has it'),
    correction: z.string().nullable().describe('What a person gave instead'),
  })
  .meta({ id: 'FeedCell' });

export const FeedRejectedRow = z
  .object({
    id: z.uuid(),
    importId: z.uuid(),
    fileId: z.uuid().describe('The file in which it was seen last'),
    path: z.string().nullable(),
    line: z.int().describe('Of the file, from 1, the header’s included: where the row begins'),
    column: z.string().nullable().describe('Null where the row as a whole cannot be read'),
    code: z.string().describe('Stable, such as `bad_date`'),
    reason: z.string(),
    state: State,
    cells: z.array(Cell).nullable().describe('In the file’s order; null where `cellsMissing` says why'),
    cellsMissing: z.string().nullable(),
    isCorrected: z.boolean().describe('Whether a person has given a correction, imported or not'),
    correctedBy: z
      .string()
      .nullable()
      .describe('Who gave the correction; `dealerops` where the mapping reads the row now'),
    correctedAt: Time.nullable().describe('When it was imported'),
    activityId: z.string().nullable().describe('What it has become'),
    at: Time.describe('When it was rejected first'),
    version: z.int().describe('Grows with each correction; PUT of a correction needs it'),
  })
  .meta({ id: 'FeedRejectedRow' });
export type FeedRejectedRow = z.output<typeof FeedRejectedRow>;
export const FeedRejectedRowPage = pageSchema('FeedRejectedRowPage', { rows: z.array(FeedRejectedRow) });

export const RejectedRowsQuery = z.strictObject({
  state: State.default('open'),
  file: z.uuid().optional().describe('Only rows that were seen in this file last'),
  run: z.uuid().optional().describe('Only rows that were seen in a file of this run last'),
  ...pageQuery,
});

const [longestColumn, longestCell, mostCells] = [500, 5_000, 500];
export const FeedCorrection = z
  .strictObject({
    version: versionOf('row').describe('Of the row as it was read'),
    cells: z
      .record(z.string().max(longestColumn), z.string().max(longestCell))
      .refine((cells) => Object.keys(cells).length <= mostCells, `has more than ${mostCells} cells`)
      .describe(
        'By column, as text in the form in which files have it; columns that are not named keep the file’s value',
      ),
  })
  .meta({ id: 'FeedCorrection' });

const mostRows = 200;
export const FeedCorrectionsImport = z
  .strictObject({
    ids: z
      .array(FeedRejectedRowId)
      .min(1)
      .max(mostRows)
      .optional()
      .describe('Of rejected rows of this import; all that are open when absent'),
  })
  .meta({ id: 'FeedCorrectionsImport' });

export const StartedCorrections = z
  .object({
    result: z
      .object({
        imported: z.int().min(0),
        stillRejected: z.int().min(0).describe('Without a correction, and not readable without one'),
      })
      .nullable()
      .describe('Null while it is in progress: the rows’ state tells then'),
    webUi: z.string().optional().describe('Its workflow in Temporal’s Web UI'),
  })
  .meta({ id: 'StartedFeedCorrections' });
export type StartedCorrections = z.output<typeof StartedCorrections>;
