import { z } from 'zod';
import { systemNames } from './actors.ts';
import {
  cleanIdentifier,
  cleanName,
  cleanText,
  damageOf,
  longestIdentifier,
  nameProblem,
  readIdentifier,
  textProblem,
  vinSolutionsDealerId,
} from './identifiers.ts';
import './schemaMessages.ts';
import { teams } from './tasks.ts';
import { integrationNames } from './vendors.ts';

/**
 * Schemas of what people and systems send. Workflows import none of them: each workflow would build the schemas again.
 * Identifiers and names are cleaned before they are checked, the same at every door.
 */

/** @param more a stricter rule of this identifier; its message follows the field's name */
function identifier(more?: { is: RegExp; message: string }) {
  return z
    .string()
    .overwrite(cleanIdentifier)
    .check(({ value, issues }) => {
      const read = readIdentifier(value);
      const message = 'problem' in read ? read.problem : more && !more.is.test(value) ? more.message : undefined;
      if (message !== undefined) issues.push({ code: 'custom', input: value, message });
    })
    .meta({ minLength: 1, description: `1 to ${longestIdentifier} letters, digits and . _ / -` });
}

/** A dealer's account, as CST knows it; it is part of workflow IDs, so it holds nothing personal and no slash. */
export const AccountId = identifier({
  is: /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/,
  message: 'must be 1 to 64 letters, digits, - or _, as CST writes the account',
}).describe('1 to 64 letters, digits, - or _, as CST writes the account');

/** A dealer's ID at a vendor: the CRM ID, CDK's 3PA ID, DealerVault's and Reynolds' dealer ID. */
export const VendorDealerId = identifier();

export const VinSolutionsDealerId = identifier({
  is: vinSolutionsDealerId,
  message: 'is not a VinSolutions Dealer ID, which has digits only',
});

/** Our own people; the ID is in histories, so it holds no name that has to be kept secret. */
export const PersonId = identifier({
  is: /^[a-z0-9][a-z0-9._-]{0,63}$/,
  message: 'must be 1 to 64 lower-case letters, digits, . _ or -',
}).describe('1 to 64 lower-case letters, digits, . _ or -');

/** As people write it; `vendorCode` tells which vendor of ours it is. */
export const VendorName = z
  .string()
  .overwrite(cleanName)
  .min(1)
  .max(64)
  .check(({ value, issues }) => {
    if (value === '') return;
    const message = damageOf(value) ?? (/\p{L}/u.test(value) ? nameProblem(value) : 'has no letter');
    if (message !== null) issues.push({ code: 'custom', input: value, message });
  });

/** How the record names who acts or is waited for besides people and keys. */
const reserved = [
  ...['command line', 'system', 'me', 'lead', 'team lead', 'person', 'nobody'],
  ...[...Object.keys(systemNames), ...teams].map((code) => code.replaceAll(/[-_]/g, ' ')),
];

/** Whether somebody of this name would look like another in the record, however it is written. */
function isReserved(name: string): boolean {
  const words = (text: string) =>
    text
      .normalize('NFKC')
      .toLowerCase()
      .split(/[\s._-]+/)
      .filter(Boolean)
      .join(' ');
  const [one, other] = [words(name), words(name).replace(/^(an?|the) /, '')];
  return reserved.includes(one) || reserved.includes(other);
}
const notReserved = 'is reserved, because the records use it for others: choose another one';

export const NewPersonId = PersonId.refine((id) => !isReserved(id), notReserved);

export const notAnId = 'is not an ID (a UUID)';
export const CancellationId = z.uuid(notAnId).toLowerCase();
export const FeedImportId = z.uuid(notAnId).toLowerCase();
export const FeedRejectedRowId = z.uuid(notAnId).toLowerCase();
export const FeedRunId = z.uuid(notAnId).toLowerCase();
export const FeedOnboardingId = z.uuid(notAnId).toLowerCase();
export const SegmentId = z.uuid(notAnId).toLowerCase();
export const TaskId = z.uuid(notAnId).toLowerCase();
export const ApiKeyId = z.uuid(notAnId).toLowerCase();

/** A name of a dealer, a person or a key: on one line, without what nobody sees. */
export function DisplayName(longest: number) {
  return z
    .string()
    .overwrite(cleanName)
    .min(1)
    .max(longest)
    .check(({ value, issues }) => {
      const message = nameProblem(value);
      if (message !== null) issues.push({ code: 'custom', input: value, message });
    });
}

/** What an API key is for; a system's name in the record. */
export const KeyName = DisplayName(64).refine((name) => !isReserved(name), notReserved);

export const Integration = z.enum(integrationNames, {
  error: ({ input }) =>
    typeof input === 'string'
      ? `is "${input.slice(0, 64)}", which is not a vendor we know; known are ${integrationNames.join(', ')}`
      : undefined,
});

/** People's own words, such as a reason or a comment: on several lines, without what nobody sees. */
export function Words(longest: number) {
  return words(longest).min(1);
}

function words(longest: number) {
  return z
    .string()
    .overwrite(cleanText)
    .max(longest)
    .check(({ value, issues }) => {
      const message = textProblem(value);
      // As of any other text that is not as it must be, so that an answer of either type names its own fault.
      if (message !== null) issues.push({ code: 'custom', input: value, message, continue: true });
    });
}

/** Field answers as they arrive; bounded, so that nothing big enters a history. */
export const TaskAnswersSchema = z
  .record(z.string().max(64), z.union([words(5_000), z.boolean()]))
  .refine((answers) => Object.keys(answers).length <= 20, 'has more than 20 answers');
