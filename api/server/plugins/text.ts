import type { FastifyRequest } from 'fastify';
import { type Fault, place, pointed } from '../faults.ts';
import type { App } from '../options.ts';
import { invalidRequest } from '../problems.ts';

/**
 * Refuses text that PostgreSQL cannot keep, the character NUL and halves of surrogate pairs, before it reaches a workflow,
 * which would retry the write forever.
 */
export function addTextCheck(app: App): void {
  app.addHook('preValidation', async (request) => {
    for (const context of ['params', 'querystring', 'body'] as const) {
      const fault = firstFault(context, context === 'querystring' ? request.query : request[context]);
      if (fault) throw invalidRequest([fault]);
    }
  });
}

type Context = 'params' | 'querystring' | 'body';

/** With a list of its own instead of recursion: a body of 1 MiB can be half a million levels deep. */
function firstFault(context: Context, given: FastifyRequest['body']): Fault | undefined {
  const left: { pointer: string; value: unknown }[] = [{ pointer: '', value: given }];
  for (let next = left.pop(); next; next = left.pop()) {
    const { pointer, value } = next;
    if (typeof value === 'string' && !canBeKept(value)) {
      return { path: place(context, pointer), message: 'holds the character NUL or half of a surrogate pair' };
    }
    if (value === null || typeof value !== 'object') continue;
    for (const [name, inner] of Object.entries(value)) {
      const at = `${pointer}/${pointed(name)}`;
      left.push({ pointer: at, value: name }, { pointer: at, value: inner });
    }
  }
  return undefined;
}

/** Whether PostgreSQL can keep a text. */
export function canBeKept(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text);
}
