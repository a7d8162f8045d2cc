import { AppShell, Badge, Burger, Button, Container, Group, Menu, NavLink, Text, VisuallyHidden } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { Link, MenuLink, PlaceLink } from '../parts/Link.tsx';
import { FindButton } from './FindButton.tsx';
import { LiveSign } from './LiveSign.tsx';
import { overviewQuery } from './overviewQuery.ts';
import { PersonMenu } from './PersonMenu.tsx';
import { beginnings, type Place, places } from './places.ts';
import { useSession } from './session.tsx';
import classes from './shell.module.css';

/** The frame of every page: where one can go, what one can start, and who is signed in. */
export function Shell() {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const session = useSession();
  const overview = useQuery(overviewQuery);
  const [menuOpen, menu] = useDisclosure(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: on a phone the menu has done its work when the page changes
  useEffect(() => menu.close(), [path]);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 240, breakpoint: 'sm', collapsed: { mobile: !menuOpen } }}
      padding={{ base: 'sm', sm: 'lg' }}
    >
      <a href="#page" className={classes.skip}>
        Skip to the page
      </a>
      <AppShell.Header className={classes.header}>
        <Burger opened={menuOpen} onClick={menu.toggle} hiddenFrom="sm" size="sm" aria-label="Menu" />
        <Link to="/" fw={700} c="inherit" underline="never">
          Dealerops
        </Link>
        <LiveSign />
        <Group gap="xs" wrap="nowrap" ml="auto">
          <FindButton />
          <NewMenu />
          <PersonMenu />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Pages">
        {places
          .filter(({ may }) => may?.(session) ?? true)
          .map((place) => (
            <PlaceLink
              key={place.to}
              to={place.to}
              label={place.title}
              rightSection={overview.data && <PlaceCount {...place.count?.(overview.data, session)} />}
              active={isIn(place, path)}
              aria-current={isIn(place, path) ? 'page' : undefined}
              className={classes.place}
            />
          ))}
        <NavLink
          component="a"
          href="/temporal"
          target="_blank"
          label="Temporal"
          description="Web UI, in a new tab"
          className={classes.place}
        />
      </AppShell.Navbar>
      <AppShell.Main id="page" tabIndex={-1} className={classes.page}>
        <Container size="xl" px={0}>
          <Outlet />
        </Container>
      </AppShell.Main>
    </AppShell>
  );
}

function isIn({ to, also = [] }: Place, path: string): boolean {
  return [to, ...also].some((start) => path === start || path.startsWith(start === '/' ? '//' : `${start}/`));
}

function PlaceCount({ count = 0, words, isUrgent }: { count?: number; words?: string; isUrgent?: boolean }) {
  if (count === 0) return null;
  return (
    <Badge variant="light" color={isUrgent ? 'red' : undefined} style={{ textTransform: 'none' }}>
      {count} {words}
    </Badge>
  );
}

function NewMenu() {
  const session = useSession();
  const mine = beginnings.filter(({ may }) => may(session));
  if (mine.length === 0) return null;
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <Button size="xs">
          <Text span inherit aria-hidden mr={4}>
            +
          </Text>
          New<VisuallyHidden> process</VisuallyHidden>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {mine.map(({ to, title }) => (
          <MenuLink key={to} to={to}>
            {title}
          </MenuLink>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
