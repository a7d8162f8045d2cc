/**
 * What an API key may be allowed to do; `admin` includes all others. `read` is everything except administration and personal data
 * of dealers' customers, for which `contacts:read` is needed.
 */
export const keyScopes = [
  'cancellations:write',
  'feeds:write',
  'tasks:write',
  'data:report',
  'read',
  'contacts:read',
  'admin',
] as const;
export type KeyScope = (typeof keyScopes)[number];
