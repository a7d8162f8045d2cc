const idleAfterMs = 60_000;
let lastActive = Date.now();

for (const kind of ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'])
  window.addEventListener(kind, () => (lastActive = Date.now()), { capture: true, passive: true });

/** Whether nobody has touched the page for a minute: what it asks for by itself must not keep the session alive. */
export function isIdle(): boolean {
  return Date.now() - lastActive > idleAfterMs;
}
