import { Anchor } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, Ref } from 'react';

interface Props extends AnchorHTMLAttributes<HTMLAnchorElement> {
  ref?: Ref<HTMLAnchorElement>;
}

/** The way from a page to the one above it, by that page's title. */
export const BackLink = createLink(({ children, ...rest }: Props) => (
  <Anchor size="sm" style={{ alignSelf: 'flex-start' }} {...rest}>
    ← {children}
  </Anchor>
));
