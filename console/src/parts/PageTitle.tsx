import { Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { type ReactNode, useEffect, useRef } from 'react';

let opened = false;

/**
 * The heading of a page, and the title of its tab. It takes the focus when the person comes from another page, so that a screen
 * reader says where they are, and the keyboard goes on there.
 * @param tab what the tab says where the heading is not plain text
 */
export function PageTitle({ children, tab }: { children: ReactNode; tab?: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useDocumentTitle(`${tab ?? (typeof children === 'string' ? children : 'Dealerops')} · Dealerops`);
  useEffect(() => {
    // A dialog that was opened while the page was loading keeps it.
    if (opened && !document.querySelector('[role="dialog"][aria-modal="true"]'))
      heading.current?.focus({ preventScroll: true });
    opened = true;
  }, []);
  return (
    <Title ref={heading} order={1} size="h2" tabIndex={-1} style={{ outline: 'none', overflowWrap: 'anywhere' }}>
      {children}
    </Title>
  );
}
