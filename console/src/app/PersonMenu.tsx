import { Button, type MantineColorScheme, Menu, Text, useMantineColorScheme, VisuallyHidden } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { MenuLink } from '../parts/Link.tsx';
import { api } from './api.ts';
import { useSession } from './session.tsx';

const themes: [MantineColorScheme, string][] = [
  ['light', 'Light'],
  ['dark', 'Dark'],
  ['auto', 'As the system'],
];

/** Who is signed in, and what is theirs: sessions, theme, signing out. */
export function PersonMenu() {
  const { name } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = useMutation({
    mutationFn: () => api.DELETE('/v1/session'),
    // Nothing of this person stays in the page.
    onSuccess: () => window.location.reload(),
    onError: ({ message }) => notifications.show({ message: `You are still signed in. ${message}`, color: 'red' }),
  });
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <Button size="xs" variant="default" maw={180}>
          <Text span inherit truncate visibleFrom="xs">
            {name}
          </Text>
          <Text span inherit hiddenFrom="xs" aria-hidden>
            {initialsOf(name)}
          </Text>
          <VisuallyHidden hiddenFrom="xs">{name}</VisuallyHidden>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <MenuLink to="/sessions">Your sessions</MenuLink>
        <Menu.Item component="a" href="/docs" target="_blank">
          API description
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>Theme</Menu.Label>
        <Menu.RadioGroup value={colorScheme} onChange={(value) => setColorScheme(value as MantineColorScheme)}>
          {themes.map(([value, label]) => (
            <Menu.RadioItem key={value} value={value} closeMenuOnClick>
              {label}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item onClick={() => signOut.mutate()}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** For a phone's header. */
function initialsOf(name: string): string {
  const [first = '', ...others] = name.split(/\s+/).map((word) => word.slice(0, 1).toUpperCase());
  return first + (others.at(-1) ?? '');
}
