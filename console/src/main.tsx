import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import { createTheme, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiProblem } from './api.ts';
import { Pages } from './Pages.tsx';
import { isSignedOut, SignedIn } from './session.tsx';

const seconds = 1000;
const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    // A session that has ended shows the page to sign in, wherever that was noticed.
    onError: (error, query) => {
      if (isSignedOut(error) && query.queryKey[0] !== 'session') queries.resetQueries({ queryKey: ['session'] });
    },
  }),
  defaultOptions: {
    queries: {
      refetchInterval: 3 * seconds,
      retry: (count, error) => count < 2 && !(error instanceof ApiProblem && error.problem.status < 500),
    },
  },
});
const theme = createTheme({ primaryColor: 'cyan', primaryShade: 9, defaultRadius: 'md' });

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <MantineProvider theme={theme} defaultColorScheme="light">
        <Notifications position="bottom-center" />
        <SignedIn>
          <Pages />
        </SignedIn>
      </MantineProvider>
    </QueryClientProvider>
  </StrictMode>,
);
