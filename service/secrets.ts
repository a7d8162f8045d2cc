import { readFileSync } from 'node:fs';

const largestSecret = 64 * 1024;

/**
 * Reads a secret by its reference: `env:NAME` or `file:/path`. Blanks around it are dropped.
 * @throws Error that says what is wrong with the reference, never what it holds
 */
export function resolveSecret(reference: string, environment: NodeJS.ProcessEnv = process.env): string {
  const [, kind, place] = /^(env|file):(.+)$/.exec(reference) ?? [];
  if (!place) throw new Error('must be a reference, env:NAME or file:/path');
  const secret = kind === 'env' ? environment[place] : fileText(place);
  if (!secret?.trim()) throw new Error(`${reference} is empty or not set`);
  if (secret.length > largestSecret) throw new Error(`${reference} is larger than ${largestSecret} bytes`);
  return secret.trim();
}

/** The value itself, or what it refers to as `env:NAME` or `file:/path`. @throws as `resolveSecret` does */
export function valueOrSecret(value: string, environment: NodeJS.ProcessEnv = process.env): string {
  return /^(env|file):/.test(value) ? resolveSecret(value, environment) : value;
}

function fileText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`${path} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
