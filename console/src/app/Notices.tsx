import { useNotifications } from '@mantine/notifications';
import { lazy, Suspense, useRef } from 'react';

const Notifications = lazy(() => import('./Notifications.tsx'));

/** Short messages about what was done; most pages open without one. */
export function Notices() {
  const { notifications } = useNotifications();
  const isNeeded = useRef(false);
  isNeeded.current ||= notifications.length > 0;
  return (
    isNeeded.current && (
      <Suspense>
        <Notifications position="bottom-center" />
      </Suspense>
    )
  );
}
