import { z } from 'zod';
import { type IntegrationName, integrationNames, isIntegrationName } from './vendors.ts';

/**
 * Schemas of what people and systems send. Workflows import none of them: each workflow would build the schemas anew.
 */

/** A dealer's account, as CST knows it; it is part of workflow IDs, so it holds nothing personal and no slash. */
export const AccountId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'must be 1 to 64 letters, digits, - or _, as CST writes the account');

export const Integration = z.string().transform((name, context): IntegrationName => {
  if (isIntegrationName(name)) return name;
  context.addIssue({
    code: 'custom',
    message: `"${name.slice(0, 64)}" is not a vendor we know; known are ${integrationNames.join(', ')}`,
  });
  return z.NEVER;
});

/** Field answers as they arrive; bounded, so that nothing big enters a history. */
export const TaskAnswersSchema = z
  .record(z.string().max(64), z.union([z.string().max(5_000), z.boolean()]))
  .refine((answers) => Object.keys(answers).length <= 20, 'has more than 20 answers');
