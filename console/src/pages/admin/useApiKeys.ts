import { useQuery } from '@tanstack/react-query';
import type { components } from '../../app/api.generated.ts';
import { api, bodyOf } from '../../app/api.ts';

export type Key = components['schemas']['ApiKey'];

/** All API keys, from all pages. */
export function useApiKeys() {
  return useQuery({ queryKey: ['api-keys'], queryFn: allKeys });
}

/** Why a key does not work any more; null while it does. */
export function endOf({ revokedAt, expiresAt }: Key, now: number): 'revoked' | 'expired' | null {
  if (revokedAt) return 'revoked';
  return expiresAt && Date.parse(expiresAt) <= now ? 'expired' : null;
}

async function allKeys(): Promise<Key[]> {
  const keys: Key[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await bodyOf(api.GET('/v1/api-keys', { params: { query: { cursor, limit: 100 } } }));
    keys.push(...page.keys);
    if (page.nextCursor === null) return keys;
    cursor = page.nextCursor;
  }
}
