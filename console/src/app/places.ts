import type { LinkProps } from '@tanstack/react-router';
import { isOnboardingTask } from '../../../domain/feeds/onboardingTaskKinds.ts';
import { stateWords } from '../parts/StateBadge.tsx';
import { viewTitles } from '../parts/taskViews.ts';
import type { Overview, Session, Task } from './api.ts';

export interface Place {
  to: NonNullable<LinkProps['to']>;
  title: string;
  /** Addresses below which a page belongs to this place, when `to` alone does not say it. */
  also?: string[];
  /** Whether this person has it; everybody when absent. */
  may?: (session: Session) => boolean;
  /** How many items need somebody there. */
  count?: (overview: Overview, session: Session) => PlaceCount;
}

interface PlaceCount {
  count: number;
  /** What it counts, as the overview calls it. */
  words: string;
  isUrgent?: boolean;
}

const has = (scope: Session['scopes'][number]) => (session: Session) =>
  session.scopes.includes(scope) || session.scopes.includes('admin');

export const maySeeContacts = has('contacts:read');
export const mayChangeContacts = has('contacts:write');

/** Where one can go; each process adds its place. */
export const places: Place[] = [
  {
    to: '/',
    title: 'Overview',
    count: ({ failingSystems: { length } }) => ({
      count: length,
      words: 'failing',
      isUrgent: true,
    }),
  },
  { to: '/work', title: 'Work', also: ['/tasks'], count: workCount },
  { to: '/dealers', title: 'Dealers' },
  {
    to: '/cancellations',
    title: 'Cancellations',
    count: ({ cancellations: counts }) => ({
      count: counts?.states.waiting ?? 0,
      words: stateWords('waiting'),
      isUrgent: !!counts?.stopped,
    }),
  },
  { to: '/feeds', title: 'Feeds' },
  { to: '/activities', title: 'Activities', also: ['/contacts'], may: maySeeContacts },
  { to: '/admin', title: 'Admin', may: has('admin') },
  { to: '/sandbox', title: 'Sandbox', may: ({ sandbox }) => sandbox },
];

/**
 * One of the counts of the overview, by its name there: of a person what they have, of a team lead what is for their decision, and
 * of a key of no person all.
 */
function workCount({ tasks }: Overview, { leadOf }: Session): PlaceCount {
  const view = tasks.mine === null ? 'team' : leadOf && tasks.escalated > 0 ? 'escalated' : 'mine';
  const isUrgent = view === 'escalated' || (view === 'team' && tasks.late > 0);
  return { count: tasks[view] ?? 0, words: viewTitles[view].toLowerCase(), isUrgent };
}

/** The page of what a task of each process is part of; its ID is the task's subject. */
const processPages: Partial<Record<Task['process'], { to: '/cancellations/$id' | '/feeds/$id'; title: string }>> = {
  cancellations: { to: '/cancellations/$id', title: 'the whole cancellation' },
  feeds: { to: '/feeds/$id', title: 'the feed' },
};

/** @returns undefined where it has none */
export function pageOfTask({ process, kind }: Pick<Task, 'process' | 'kind'>) {
  return process === 'feeds' && isOnboardingTask(kind) ? onboardingPage : processPages[process];
}

const onboardingPage = { to: '/feeds/onboardings/$id', title: 'the onboarding' } as const;

export interface Beginning {
  to: NonNullable<LinkProps['to']>;
  title: string;
  may: (session: Session) => boolean;
}

export const mayStart = has('cancellations:write');
export const mayChangeFeeds = has('feeds:write');

/** What one can start here. */
export const beginnings: Beginning[] = [{ to: '/cancellations/new', title: 'Cancellation', may: mayStart }];

/** The page of what an event of each process is about. */
export const eventPages: Partial<Record<string, '/cancellations/$id'>> = { cancellations: '/cancellations/$id' };
