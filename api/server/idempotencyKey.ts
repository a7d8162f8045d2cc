import { z } from 'zod';

/** A value, or the same value as a string of RFC 8941 (structured fields): quoted, with \ before " and \. */
const bareOrQuoted = /^(?:[\x21\x23-\x7e][\x21-\x7e]{0,199}|"(?:[\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,200}")$/;

export const IdempotencyHeaders = z.object({
  'idempotency-key': z
    .string({ error: 'is missing: send a value that is new for each new request, such as a UUID' })
    .regex(bareOrQuoted, 'must be 1 to 200 printable characters without spaces, bare or as a string in double quotes')
    .transform((value) => (value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value))
    .describe(
      'New for each new request; the same call with the same key counts once. Remembered for 30 days for the calling system or person, whichever of its API keys it uses. Quoted or bare is the same key',
    ),
});
