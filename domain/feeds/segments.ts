import type { ActivityType } from './feeds.ts';

/** By what a dealer's activities are found, as a saved segment keeps it. Dates are ISO, amounts decimal texts such as `1234.50`. */
export interface SegmentFilter {
  type?: ActivityType;
  from?: string;
  to?: string;
  /** Whether a sold unit was paid in cash. */
  cash?: boolean;
  /** Financed, or of a work order. */
  amountMin?: string;
  amountMax?: string;
  /** Months. */
  termMin?: number;
  termMax?: number;
  finalPaymentFrom?: string;
  finalPaymentTo?: string;
  make?: string;
  model?: string;
  vin?: string;
}
