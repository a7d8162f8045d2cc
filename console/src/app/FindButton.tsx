import { Button, Kbd, Text } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';

type Palette = typeof import('./Palette.tsx').Palette;

const isMac = /mac|iphone|ipad/i.test(navigator.platform);

/** Opens the command palette, as ctrl K (on a Mac cmd K) does anywhere; its code is loaded when it is first wanted. */
export function FindButton() {
  const [opened, setOpened] = useState(false);
  const [Loaded, setLoaded] = useState<Palette | null>(null);
  const load = () => import('./Palette.tsx').then(({ Palette }) => setLoaded(() => Palette));
  const open = () => {
    setOpened(true);
    load().catch(() => {
      setOpened(false);
      notifications.show({
        message: 'The search could not be loaded: check the connection, then try again.',
        color: 'red',
      });
    });
  };
  useHotkeys([['mod+K', () => (opened ? setOpened(false) : open())]], []);
  return (
    <>
      <Button
        size="xs"
        variant="default"
        onClick={open}
        onPointerEnter={() => load().catch(() => {})}
        aria-keyshortcuts={isMac ? 'Meta+K' : 'Control+K'}
        aria-haspopup="dialog"
        rightSection={
          <Kbd size="xs" visibleFrom="sm" aria-hidden>
            {isMac ? '⌘ K' : 'Ctrl K'}
          </Kbd>
        }
      >
        <Text span inherit>
          Find
        </Text>
      </Button>
      {Loaded && <Loaded opened={opened} onClose={() => setOpened(false)} />}
    </>
  );
}
