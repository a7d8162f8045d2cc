import { Alert, Button, Center, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type FormEvent, type ReactNode, useContext, useState } from 'react';
import { ApiProblem, api, bodyOf, type Session } from './api.ts';
import { ProblemAlert } from './parts/ProblemAlert.tsx';

const Signed = createContext<Session | null>(null);

/** Who is signed in. */
export function useSession(): Session {
  return useContext(Signed)!;
}

/** Whether a refusal says that nobody is signed in (any more). */
export const isSignedOut = (error: unknown) => error instanceof ApiProblem && error.problem.status === 401;

/** Shows the console to those who are signed in, and the others where to sign in. */
export function SignedIn({ children }: { children: ReactNode }) {
  const session = useQuery({
    queryKey: ['session'],
    queryFn: () => bodyOf(api.GET('/v1/session')),
    retry: false,
    // The other queries notice a session's end; where nobody is signed in there is nothing to ask for.
    refetchInterval: false,
  });
  if (session.isPending) return null;
  if (session.data) return <Signed value={session.data}>{children}</Signed>;
  return <SignIn trouble={isSignedOut(session.error) ? null : session.error} />;
}

function SignIn({ trouble }: { trouble: unknown }) {
  const [key, setKey] = useState('');
  const queries = useQueryClient();
  const signIn = useMutation({
    mutationFn: () => bodyOf(api.POST('/v1/session', { body: { key } })),
    onSuccess: (session) => {
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
      queries.setQueryData(['session'], session);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <Center mih="100vh" p="md">
      <Paper component="form" onSubmit={submit} withBorder p="xl" w={420} maw="100%" shadow="sm">
        <Stack>
          <Title order={1} size="h2">
            Dealerops
          </Title>
          <Text c="dimmed">Sign in with your API key.</Text>
          <PasswordInput
            label="API key"
            autoComplete="current-password"
            required
            autoFocus
            value={key}
            onChange={(event) => setKey(event.currentTarget.value)}
          />
          {trouble ? <Alert color="yellow">{(trouble as Error).message}</Alert> : null}
          <ProblemAlert error={signIn.error} />
          <Button type="submit" loading={signIn.isPending}>
            Sign in
          </Button>
        </Stack>
      </Paper>
    </Center>
  );
}
