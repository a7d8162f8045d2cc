/** What an API key may be allowed to do; `admin` includes all others. */
export const keyScopes = ['cancellations:write', 'tasks:write', 'data:report', 'read', 'admin'] as const;
export type KeyScope = (typeof keyScopes)[number];
