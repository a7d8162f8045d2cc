import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import { Alert, MantineProvider } from '@mantine/core';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { CatchBoundary, RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiProblem } from './api.ts';
import { ConsoleError } from './ConsoleError.tsx';
import { rememberSearches } from './lastSearch.ts';
import { refreshMs } from './live.ts';
import { Notices } from './Notices.tsx';
import { router } from './routes.tsx';
import { SignedIn } from './session.tsx';
import { hasLostSession } from './signIn.ts';
import { readableColors, theme } from './theme.ts';
import { isWebUi, WebUi } from './WebUi.tsx';

/** A session that has ended is asked for again, wherever that was noticed: the answer shows where to sign in. */
const askForSession = (error: unknown) => {
  const wasSignedIn = queries.getQueryData(['session']) !== undefined;
  if (hasLostSession(error) && wasSignedIn) queries.invalidateQueries({ queryKey: ['session'] });
};
const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      if (query.queryKey[0] !== 'session') askForSession(error);
    },
  }),
  mutationCache: new MutationCache({ onError: askForSession }),
  defaultOptions: {
    // Without a network, what a person does fails at once: kept back, it would be sent when nobody expects it any more.
    mutations: { networkMode: 'always' },
    queries: {
      networkMode: 'always',
      // Who is not signed in any more is not let in by asking again.
      refetchInterval: ({ state: { error } }) => (hasLostSession(error) ? false : refreshMs(error !== null)),
      retry: (count, error) => count < 2 && isWorthRetry(error),
      retryDelay: (count, error) =>
        isTooManyRequests(error) ? error.retryAfterMs! : Math.min(1_000 * 2 ** count, 30_000),
    },
  },
});
rememberSearches(router);

/** Of too many requests only those at once: a minute's limit is not waited for with an empty page. */
function isTooManyRequests(error: unknown): error is ApiProblem {
  return error instanceof ApiProblem && error.problem.status === 429 && (error.retryAfterMs ?? Infinity) <= 5_000;
}

function isWorthRetry(error: unknown): boolean {
  return !(error instanceof ApiProblem) || error.problem.status >= 500 || isTooManyRequests(error);
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <MantineProvider theme={theme} cssVariablesResolver={readableColors} defaultColorScheme="auto">
        <CatchBoundary getResetKey={() => 0} errorComponent={ConsoleError}>
          <Notices />
          {window.isSecureContext ? (
            <SignedIn>{isWebUi() ? <WebUi /> : <RouterProvider router={router} />}</SignedIn>
          ) : (
            <Alert m="md" color="red" title="Open the console by https">
              By plain http the browser lets no page copy texts, and others could read your key on its way. Ask an
              engineer for the console’s https address (PUBLIC_URL).
            </Alert>
          )}
        </CatchBoundary>
      </MantineProvider>
    </QueryClientProvider>
  </StrictMode>,
);
