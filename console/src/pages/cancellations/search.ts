import * as z from 'zod/mini';
import { integrationStates, reasons } from '../../../../domain/cancellations/cancellations.ts';
import { integrationNames } from '../../../../domain/shared/vendors.ts';

/** The filters of the list of cancellations, as its address has them. */
export const cancellationSearch = z.strictObject({
  search: z.optional(z.string().check(z.maxLength(200))),
  state: z.optional(z.enum(integrationStates)),
  integration: z.optional(z.enum(integrationNames)),
  reason: z.optional(z.enum(reasons)),
  open: z.optional(z.enum(['true', 'false'])),
  account: z.optional(z.string()),
  requestedBy: z.optional(z.string()),
});
export type CancellationSearch = z.infer<typeof cancellationSearch>;

/** What a new cancellation begins with. */
export const newCancellationSearch = z.strictObject({
  /** The dealer's. */
  account: z.optional(z.string()),
});
