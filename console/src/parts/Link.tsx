import {
  Anchor,
  type AnchorProps,
  Button,
  type ButtonProps,
  Menu,
  type MenuItemProps,
  NavLink,
  type NavLinkProps,
} from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, Ref } from 'react';

type LinkTo<Props> = Props &
  Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof Props> & { ref?: Ref<HTMLAnchorElement> };

/** Links to other pages of the console: in a text, in the sidebar, and in a menu. */
export const Link = createLink((props: LinkTo<AnchorProps>) => <Anchor {...props} />);
export const PlaceLink = createLink((props: LinkTo<NavLinkProps>) => <NavLink component="a" {...props} />);
export const MenuLink = createLink((props: LinkTo<MenuItemProps>) => <Menu.Item component="a" {...props} />);
export const LinkButton = createLink((props: LinkTo<ButtonProps>) => <Button component="a" {...props} />);
