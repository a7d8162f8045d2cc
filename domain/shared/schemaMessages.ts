import { z } from 'zod';

/**
 * What is wrong with a value that a schema rejects, as people and callers read it: after the field's name, with what to do.
 * Importing this module sets it for every schema; a schema's own message stays.
 */
z.config({ customError: messageOf });

const types: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  int: 'an integer',
  boolean: 'a boolean',
  array: 'an array',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

const formats: Record<string, string> = {
  email: 'must be an email address such as name@example.com',
  date: 'must be a date as YYYY-MM-DD',
  datetime: 'must be a date and time such as 2026-01-31T15:00:00Z',
};

function messageOf(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue.expected, issue.input);
    case 'invalid_value':
      return issue.input === undefined ? wrongChoice(issue.values, issue.input) : undefined;
    case 'invalid_union': {
      const { discriminator, options } = issue as { discriminator?: string; options?: unknown };
      return Array.isArray(options)
        ? wrongChoice(options, discriminator ? Object(issue.input)[discriminator] : issue.input)
        : undefined;
    }
    case 'too_small':
      if (issue.origin === 'string' || issue.origin === 'array') {
        const unit = issue.origin === 'string' ? 'characters' : 'items';
        return issue.minimum === 1 ? 'is empty' : `must have at least ${issue.minimum} ${unit}`;
      }
      return issue.inclusive ? `must be at least ${issue.minimum}` : `must be more than ${issue.minimum}`;
    case 'too_big':
      if (issue.origin === 'string' || issue.origin === 'array')
        return `must have at most ${issue.maximum} ${issue.origin === 'string' ? 'characters' : 'items'}`;
      return issue.inclusive ? `must be at most ${issue.maximum}` : `must be less than ${issue.maximum}`;
    case 'invalid_format':
      return formats[issue.format];
    default:
      return undefined;
  }
}

function wrongType(expected: string, input: unknown): string | undefined {
  const type = types[expected];
  if (type === undefined) return undefined;
  if (input === undefined) return `is missing: it must be ${type}`;
  const given = input === null ? 'null' : Array.isArray(input) ? 'array' : typeof input;
  return types[given] === type || types[given] === undefined
    ? `must be ${type}`
    : `must be ${type}, not ${types[given]}`;
}

/** @param chosen undefined when it was left out, of which Zod says the same as of a wrong choice */
function wrongChoice(choices: readonly unknown[], chosen: unknown): string {
  const said = `must be one of ${choices.map((choice) => JSON.stringify(choice)).join(', ')}`;
  return chosen === undefined ? `is missing: ${said}` : said;
}
