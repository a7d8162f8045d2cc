import type { ZodFastifySchemaValidationError } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { notAnId } from '../../domain/shared/inputs.ts';

/** One fault of a request; `path` is a JSON pointer into the body, or `header name`, `query name`, `path name`. */
export interface Fault {
  path: string;
  message: string;
}

/** More than anybody reads; a body can hold thousands. */
const mostFaults = 50;
const longestName = 64;

/** The wrong parts of a request, each with what to do about it; at most 50. */
export function faultsOf(error: {
  validation: ZodFastifySchemaValidationError[];
  validationContext?: string;
}): Fault[] {
  const issues = error.validation.map(({ instancePath, keyword, message, params }) => ({
    at: instancePath === '/' ? '' : instancePath,
    code: keyword,
    message,
    keys: (params as { keys?: string[] }).keys,
  }));
  return faults(issues, error.validationContext);
}

/** The wrong parts of what was read by a schema outside a route, in the same words; at most 50. */
export function faultsOfIssues(issues: z.core.$ZodIssue[]): Fault[] {
  return faults(
    issues.map((issue) => ({
      at: issue.path.map((name) => `/${String(name)}`).join(''),
      code: issue.code,
      message: issue.message,
      keys: issue.code === 'unrecognized_keys' ? issue.keys : undefined,
    })),
  );
}

interface Issue {
  /** A JSON pointer; empty for the whole. */
  at: string;
  code: string;
  message?: string;
  /** Names that the schema does not know. */
  keys?: string[];
}

function faults(issues: Issue[], context?: string): Fault[] {
  const all = issues.flatMap(({ at, code, message, keys }): Fault[] => {
    if (code === 'unrecognized_keys' && keys) {
      return keys.slice(0, mostFaults).map((key) => ({
        path: place(context, `${at}/${pointed(key)}`),
        message: 'is not a field here: correct or remove it',
      }));
    }
    const noBody = at === '' && context === 'body' && message?.endsWith('not null');
    return [{ path: place(context, at), message: noBody ? 'is missing: send a JSON object' : wordsOf(message) }];
  });
  return all.slice(0, mostFaults);
}

function wordsOf(message = 'is not as described'): string {
  const choices = /^Invalid option: expected one of (.*)$/.exec(message)?.[1];
  if (choices) return `must be one of ${choices.replaceAll('"|"', '", "')}`;
  if (message === 'Invalid UUID') return notAnId;
  return message.replace(/^Invalid (input|option): /, '');
}

/** A name as a part of a JSON pointer (RFC 6901). */
export function pointed(name: string): string {
  return name.slice(0, longestName).replaceAll('~', '~0').replaceAll('/', '~1');
}

const places: Record<string, string> = { querystring: 'query', params: 'path', headers: 'header' };

/** As `Fault.path` says it. @param pointer a JSON pointer into that part of the request */
export function place(context: string | undefined, pointer: string): string {
  if (context === 'body' || context === undefined) return pointer || '/';
  const name = pointer.replace(/^\//, '');
  // A parameter that is sent several times has one name.
  return `${places[context] ?? context} ${context === 'querystring' ? name.replace(/\/\d+$/, '') : name}`.trim();
}
