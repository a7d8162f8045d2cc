/** Who did something, as people read it: a system that used an API key is stored as `key:<name of the key>`. */
export function actorName(by: string): string {
  if (by === 'dealerops') return 'Dealerops';
  return by.startsWith('key:') ? `${by.slice('key:'.length)} (API key)` : by;
}
