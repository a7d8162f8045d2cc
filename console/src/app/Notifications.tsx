import { useMediaQuery } from '@mantine/hooks';
import { Notifications } from '@mantine/notifications';
import classes from './notifications.module.css';

/**
 * Where they cover nothing that acts on the page: below the sidebar's places, and on a phone over the header, which can be used
 * through them.
 */
export default function PlacedNotifications() {
  const isPhone = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false });
  return (
    <Notifications
      key={String(isPhone)}
      position={isPhone ? 'top-center' : 'bottom-left'}
      limit={isPhone ? 1 : 3}
      classNames={{ root: classes.root, notification: classes.notification }}
    />
  );
}
