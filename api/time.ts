import { z } from 'zod';

/** A point in time: a Date in the code, ISO 8601 in UTC in answers. */
export const Time = z.codec(z.iso.datetime(), z.date(), {
  decode: (text) => new Date(text),
  encode: (date) => date.toISOString(),
});
