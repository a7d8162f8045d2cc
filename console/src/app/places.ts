import type { LinkProps } from '@tanstack/react-router';
import type { Session } from './api.ts';

export interface Place {
  to: NonNullable<LinkProps['to']>;
  title: string;
  /** Addresses below which a page belongs to this place, when `to` alone does not say it. */
  also?: string[];
  /** Whether this person has it; everybody when absent. */
  may?: (session: Session) => boolean;
}

const has = (scope: Session['scopes'][number]) => (session: Session) =>
  session.scopes.includes(scope) || session.scopes.includes('admin');

/** Where one can go; each process adds its place. */
export const places: Place[] = [
  { to: '/work', title: 'Work', also: ['/tasks'] },
  { to: '/cancellations', title: 'Cancellations' },
  { to: '/admin', title: 'Admin', may: has('admin') },
  { to: '/sandbox', title: 'Sandbox', may: ({ sandbox }) => sandbox },
];

export interface Beginning {
  to: NonNullable<LinkProps['to']>;
  title: string;
  may: (session: Session) => boolean;
}

/** What one can start here. */
export const beginnings: Beginning[] = [
  { to: '/cancellations/new', title: 'Cancellation', may: has('cancellations:write') },
];
