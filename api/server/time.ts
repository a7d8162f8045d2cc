import { z } from 'zod';

/** A point in time: a Date in the code, ISO 8601 in UTC in answers. */
export const Time = z.codec(z.iso.datetime(), z.date(), {
  decode: (text) => new Date(text),
  encode: (date) => date.toISOString(),
});

/** A point in time that a caller names, with any offset; PostgreSQL has no year 0. */
export const Instant = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .refine((date) => date.getUTCFullYear() > 0 && date.getUTCFullYear() < 10_000, 'must be in the years 1 to 9999');
