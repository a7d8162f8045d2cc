/** All tabs of a browser have the same session: each tells the others when it has signed in or out. */
const channel = new BroadcastChannel('dealerops-session');

export function tellOtherTabs(): void {
  channel.postMessage('changed');
}

/** @param look is called when the session may be another one: another tab says so, or the person returns to this one @returns stops it */
export function onSessionChange(look: () => void): () => void {
  const stop = new AbortController();
  channel.addEventListener('message', look, { signal: stop.signal });
  window.addEventListener('focus', look, { signal: stop.signal });
  return () => stop.abort();
}
