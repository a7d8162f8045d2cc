import { z } from 'zod';
import type { SegmentFilter } from '../../../domain/feeds/segments.ts';
import { AccountId, DisplayName } from '../../../domain/shared/inputs.ts';
import { pageSchema } from '../../server/paging.ts';
import { Time } from '../../server/time.ts';
import { SegmentFilterBody, Type } from './activityFilter.ts';
import { queryVersionOf, versionOf } from './assertVersion.ts';

/** Saved segments as they are sent and answered. */

const Name = DisplayName(100);
export const SegmentVersion = queryVersionOf('segment');

export const NewSegment = z
  .strictObject({
    account: AccountId.describe('The dealer’s account'),
    name: Name.describe('Of the dealer’s segments one may have it, in upper or lower case'),
    filter: SegmentFilterBody,
  })
  .meta({ id: 'NewSegment' });

export const SegmentChange = z
  .strictObject({
    version: versionOf('segment').describe('Of the segment as it was read: one that has changed since stays as it is'),
    name: Name.optional(),
    filter: SegmentFilterBody.optional().describe('The whole filter'),
  })
  .meta({ id: 'SegmentChange' });

const text = z.string().optional();
const SavedFilter = z
  .object({
    type: Type.optional(),
    from: text,
    to: text,
    cash: z.boolean().optional(),
    amountMin: text,
    amountMax: text,
    termMin: z.int().optional(),
    termMax: z.int().optional(),
    finalPaymentFrom: text,
    finalPaymentTo: text,
    make: text,
    model: text,
    vin: text,
  } satisfies Record<keyof SegmentFilter, z.ZodType>)
  .meta({ id: 'SavedActivityFilter', description: 'The parameters of GET /v1/activities' });

export const Segment = z
  .object({
    id: z.uuid(),
    account: z.string(),
    name: z.string(),
    filter: SavedFilter,
    count: z
      .int()
      .min(0)
      .nullable()
      .describe(
        'Activities in it now; null where counting them takes too long, or to a change without the scope contacts:read',
      ),
    createdBy: z.string(),
    createdAt: Time,
    version: z.int().describe('Grows with each change; PATCH and DELETE need it'),
  })
  .meta({ id: 'Segment' });
export type Segment = z.output<typeof Segment>;
export const SegmentPage = pageSchema('SegmentPage', { segments: z.array(Segment) });

export const CreatedSegment = Segment.omit({ count: true, createdAt: true })
  .extend({ address: z.string().describe('Path of the segment, as in the header Location') })
  .meta({ id: 'CreatedSegment' });
export type CreatedSegment = z.output<typeof CreatedSegment>;
