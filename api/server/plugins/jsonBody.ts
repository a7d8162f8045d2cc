import { createScanner } from 'jsonc-parser';
import { type Fault, pointed } from '../faults.ts';
import type { App } from '../options.ts';
import { invalidRequest, Problem } from '../problems.ts';

/** Our own bodies have at most five levels. */
const deepest = 32;

/**
 * Reads JSON bodies, and rejects what `JSON.parse` takes silently: a key that is there twice, of which the last one would
 * count while another reader takes the first, a key that would change an object's prototype, and nesting that is deeper than any
 * body here. An empty body is none: generated clients send `Content-Type: application/json` without one.
 */
export function addJsonBody(app: App): void {
  // Fastify's own, by which a body of text would reach the routes.
  app.removeContentTypeParser('text/plain');
  // `shapeFault` rejects what Fastify's own check would, and names it.
  const parse = app.getDefaultJsonParser('ignore', 'ignore');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text: string, done) => {
    if (text === '') return done(null);
    const unread = unreadEncoding(request.headers);
    if (unread) return done(new Problem(415, 'unsupported-media-type', unread));
    parse(request, text, (error, value) => {
      const fault = error ? undefined : shapeFault(text);
      done(fault ? invalidRequest([fault]) : error, value);
    });
  });
}

/** A body in another encoding would be stored as what it is not. */
function unreadEncoding(headers: { 'content-type'?: string; 'content-encoding'?: string }): string | undefined {
  const encoding = headers['content-encoding']?.trim().toLowerCase();
  if (encoding && encoding !== 'identity') return 'The body is compressed: send it without Content-Encoding.';
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(headers['content-type'] ?? '')?.[1];
  if (charset === undefined || /^(utf-?8|us-ascii)$/i.test(charset)) return undefined;
  return 'The body is not in UTF-8: send it in UTF-8, as JSON always is.';
}

interface Level {
  /** The keys so far; absent in a list. */
  names?: Set<string>;
  nameIsNext: boolean;
  /** Where we are in it. */
  at: string | number;
}

/** With a list of its own instead of recursion: a body of 1 MiB can be half a million levels deep. @param text valid JSON */
function shapeFault(text: string): Fault | undefined {
  const levels: Level[] = [];
  const path = () => levels.map(({ at }) => `/${pointed(String(at))}`).join('') || '/';
  const scanner = createScanner(text, true);
  for (scanner.scan(); scanner.getTokenLength() > 0; scanner.scan()) {
    const sign = text[scanner.getTokenOffset()];
    if (sign === '{' || sign === '[') {
      if (levels.length === deepest) return { path: path(), message: `is nested deeper than ${deepest} levels` };
      levels.push(sign === '{' ? { names: new Set(), nameIsNext: true, at: '' } : { nameIsNext: false, at: 0 });
      continue;
    }
    const level = levels.at(-1);
    if (!level) continue;
    if (sign === '}' || sign === ']') levels.pop();
    else if (sign === ',') {
      level.nameIsNext = level.names !== undefined;
      if (typeof level.at === 'number') level.at += 1;
    } else if (level.names && level.nameIsNext) {
      level.at = scanner.getTokenValue();
      level.nameIsNext = false;
      const isForbidden = level.at === '__proto__' || (level.at === 'prototype' && levels.at(-2)?.at === 'constructor');
      if (isForbidden) return { path: path(), message: 'is a name that is not allowed: remove or rename it' };
      if (level.names.has(level.at)) return { path: path(), message: 'is there twice: leave one of them out' };
      level.names.add(level.at);
    }
  }
  return undefined;
}
