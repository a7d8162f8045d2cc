import * as z from 'zod/mini';
import { integrationStates } from '../../../../domain/cancellations/cancellations.ts';
import { integrationNames } from '../../../../domain/shared/vendors.ts';

/** The filters of the list of cancellations, as its address has them. */
export const cancellationSearch = z.strictObject({
  state: z.optional(z.enum(integrationStates)),
  integration: z.optional(z.enum(integrationNames)),
  account: z.optional(z.string()),
});
