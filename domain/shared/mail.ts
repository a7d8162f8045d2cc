/**
 * The longest that one try to hand a mail over may take, ms: what RFC 5321 (4.5.3.2) gives a slow server for each of its
 * answers comes to 40 minutes.
 */
export const longestMailTryMs = 40 * 60_000;
