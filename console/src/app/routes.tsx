import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { adminSearch } from '../pages/admin/search.ts';
import { cancellationSearch, newCancellationSearch } from '../pages/cancellations/search.ts';
import { dealerSearch } from '../pages/dealers/search.ts';
import { activitySearch, feedBoardSearch, feedSearch, newFeedSearch, rejectedSearch } from '../pages/feeds/search.ts';
import { sandboxSearch } from '../pages/sandbox/search.ts';
import { workSearch } from '../pages/work/search.ts';
import { Loading } from '../parts/Loading.tsx';
import { PageError } from './PageError.tsx';
import { PageNotFound } from './PageNotFound.tsx';
import { Shell } from './Shell.tsx';
import { parseSearch, stringifySearch } from './searchParameters.ts';

/** Every page of the console; each comes with its own code when it is first opened. */
const root = createRootRoute({ component: Shell });

const overview = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/overview/Overview.tsx'), 'Overview'),
});
const dealers = createRoute({
  getParentRoute: () => root,
  path: '/dealers',
  validateSearch: dealerSearch,
  component: lazyRouteComponent(() => import('../pages/dealers/DealerList.tsx'), 'DealerList'),
});
const dealer = createRoute({
  getParentRoute: () => root,
  path: '/dealers/$account',
  component: lazyRouteComponent(() => import('../pages/dealers/DealerPage.tsx'), 'DealerPage'),
});
const work = createRoute({
  getParentRoute: () => root,
  path: '/work',
  validateSearch: workSearch,
  component: lazyRouteComponent(() => import('../pages/work/WorkPage.tsx'), 'WorkPage'),
});
const task = createRoute({
  getParentRoute: () => root,
  path: '/tasks/$id',
  component: lazyRouteComponent(() => import('../pages/work/TaskPage.tsx'), 'TaskPage'),
});
const cancellations = createRoute({
  getParentRoute: () => root,
  path: '/cancellations',
  validateSearch: cancellationSearch,
  component: lazyRouteComponent(() => import('../pages/cancellations/CancellationList.tsx'), 'CancellationList'),
});
const newCancellation = createRoute({
  getParentRoute: () => root,
  path: '/cancellations/new',
  validateSearch: newCancellationSearch,
  component: lazyRouteComponent(() => import('../pages/cancellations/NewCancellation.tsx'), 'NewCancellation'),
});
const cancellation = createRoute({
  getParentRoute: () => root,
  path: '/cancellations/$id',
  component: lazyRouteComponent(() => import('../pages/cancellations/CancellationPage.tsx'), 'CancellationPage'),
});
const cancellationRecord = createRoute({
  getParentRoute: () => root,
  path: '/cancellations/$id/record',
  component: lazyRouteComponent(() => import('../pages/cancellations/RecordPage.tsx'), 'RecordPage'),
});
const feeds = createRoute({
  getParentRoute: () => root,
  path: '/feeds',
  validateSearch: feedBoardSearch,
  component: lazyRouteComponent(() => import('../pages/feeds/health/FeedBoard.tsx'), 'FeedBoard'),
});
const feedImports = createRoute({
  getParentRoute: () => root,
  path: '/feeds/imports',
  validateSearch: feedSearch,
  component: lazyRouteComponent(() => import('../pages/feeds/FeedList.tsx'), 'FeedList'),
});
const newFeed = createRoute({
  getParentRoute: () => root,
  path: '/feeds/new',
  validateSearch: newFeedSearch,
  component: lazyRouteComponent(() => import('../pages/feeds/NewFeed.tsx'), 'NewFeed'),
});
const newOnboarding = createRoute({
  getParentRoute: () => root,
  path: '/feeds/onboardings/new',
  validateSearch: newFeedSearch,
  component: lazyRouteComponent(() => import('../pages/feeds/onboarding/NewOnboarding.tsx'), 'NewOnboarding'),
});
const onboarding = createRoute({
  getParentRoute: () => root,
  path: '/feeds/onboardings/$id',
  component: lazyRouteComponent(() => import('../pages/feeds/onboarding/OnboardingPage.tsx'), 'OnboardingPage'),
});
const feed = createRoute({
  getParentRoute: () => root,
  path: '/feeds/$id',
  component: lazyRouteComponent(() => import('../pages/feeds/FeedPage.tsx'), 'FeedPage'),
});
const rejectedRows = createRoute({
  getParentRoute: () => root,
  path: '/feeds/$id/rejected',
  validateSearch: rejectedSearch,
  component: lazyRouteComponent(() => import('../pages/feeds/rejected/RejectedPage.tsx'), 'RejectedPage'),
});
const feedRun = createRoute({
  getParentRoute: () => root,
  path: '/feeds/runs/$id',
  component: lazyRouteComponent(() => import('../pages/feeds/RunPage.tsx'), 'RunPage'),
});
const activities = createRoute({
  getParentRoute: () => root,
  path: '/activities',
  validateSearch: activitySearch,
  component: lazyRouteComponent(() => import('../pages/feeds/activities/ActivitiesPage.tsx'), 'ActivitiesPage'),
});
const activity = createRoute({
  getParentRoute: () => root,
  path: '/activities/$id',
  component: lazyRouteComponent(() => import('../pages/feeds/activities/ActivityPage.tsx'), 'ActivityPage'),
});
const contact = createRoute({
  getParentRoute: () => root,
  path: '/contacts/$id',
  component: lazyRouteComponent(() => import('../pages/feeds/contacts/ContactPage.tsx'), 'ContactPage'),
});
const sessions = createRoute({
  getParentRoute: () => root,
  path: '/sessions',
  component: lazyRouteComponent(() => import('../pages/shared/Sessions.tsx'), 'Sessions'),
});

const admin = createRoute({
  getParentRoute: () => root,
  path: '/admin',
  validateSearch: adminSearch,
  component: lazyRouteComponent(() => import('../pages/admin/AdminPage.tsx'), 'AdminPage'),
});
const sandbox = createRoute({
  getParentRoute: () => root,
  path: '/sandbox',
  validateSearch: sandboxSearch,
  component: lazyRouteComponent(() => import('../pages/sandbox/SandboxPage.tsx'), 'SandboxPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    overview,
    dealers,
    dealer,
    work,
    task,
    cancellations,
    newCancellation,
    cancellation,
    cancellationRecord,
    feeds,
    feedImports,
    newFeed,
    newOnboarding,
    onboarding,
    feed,
    rejectedRows,
    feedRun,
    activities,
    activity,
    contact,
    sessions,
    admin,
    sandbox,
  ]),
  parseSearch,
  stringifySearch,
  scrollRestoration: true,
  defaultPreload: 'intent',
  defaultPendingComponent: Loading,
  defaultPendingMs: 300,
  defaultPendingMinMs: 0,
  defaultErrorComponent: PageError,
  defaultNotFoundComponent: PageNotFound,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
