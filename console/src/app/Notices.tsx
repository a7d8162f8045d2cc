import { useNotifications } from '@mantine/notifications';
import { useEffect, useState } from 'react';

type Notifications = typeof import('./Notifications.tsx').default;

/** After the page has what it shows first, and long before the first message: that may say that the connection is lost. */
const loadAfterMs = 10_000;

/** Short messages about what was done. What shows them is loaded later; where that failed, again at the next message. */
export function Notices() {
  const { notifications } = useNotifications();
  const [Loaded, setLoaded] = useState<Notifications | null>(null);
  const messages = notifications.length;
  useEffect(() => {
    if (Loaded) return;
    const load = () =>
      void import('./Notifications.tsx').then((loaded) => setLoaded(() => loaded.default), console.warn);
    const timer = setTimeout(load, messages > 0 ? 0 : loadAfterMs);
    return () => clearTimeout(timer);
  }, [messages, Loaded]);
  return Loaded && <Loaded />;
}
