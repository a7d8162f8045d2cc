/**
 * What an API key may be allowed to do; `admin` includes all others. `read` is everything except administration and personal data
 * of dealers' customers, for which `contacts:read` is needed; `contacts:write` merges and splits them, and keeps segments of their activities.
 */
export const keyScopes = [
  'cancellations:write',
  'feeds:write',
  'tasks:write',
  'data:report',
  'read',
  'contacts:read',
  'contacts:write',
  'admin',
] as const;
export type KeyScope = (typeof keyScopes)[number];
