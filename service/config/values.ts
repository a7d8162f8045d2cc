import { z } from 'zod';
import { resolveSecret, valueOrSecret } from '../secrets.ts';

/** The kinds of values that settings have. */

export type Environment = NodeJS.ProcessEnv;

export const webAddress = z
  .url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' })
  .transform((url) => url.replace(/\/+$/, ''));
export const port = z.coerce
  .number('must be a port')
  .int('must be a port')
  .min(0, 'must be a port')
  .max(65_535, 'must be a port');
export const nonEmpty = z.string('is not set').min(1, 'is empty');

/** A setting that is a secret: only a reference to it is in the environment. */
export const secret = (environment: Environment) =>
  nonEmpty.transform((reference, context): string => {
    try {
      return resolveSecret(reference, environment);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
      return z.NEVER;
    }
  });

/** An address that may hold a password: itself, or a reference to it. */
export const addressOrSecret = (environment: Environment, protocol: RegExp, example: string) =>
  nonEmpty
    .transform((value, context) => {
      try {
        return valueOrSecret(value, environment);
      } catch (error) {
        context.addIssue({ code: 'custom', message: (error as Error).message });
        return z.NEVER;
      }
    })
    .refine(
      (value) => URL.canParse(value) && protocol.test(new URL(value).protocol),
      `must be an address such as ${example}`,
    )
    .refine(isDecodable, 'has a % that encodes nothing: write % as %25');

/** What is no URL at all was reported before. */
function isDecodable(value: string): boolean {
  if (!URL.canParse(value)) return true;
  const { username, password, hostname, pathname } = new URL(value);
  try {
    for (const part of [username, password, hostname, pathname]) decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}

export const count = (least: number, most: number) => {
  const error = `must be a whole number from ${least} to ${most}`;
  return z.coerce.number(error).int(error).min(least, error).max(most, error);
};
