import { Alert, Button, Center, Modal, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type FormEvent, type ReactNode, useContext, useEffect, useState } from 'react';
import { ProblemAlert } from '../parts/ProblemAlert.tsx';
import { ApiProblem, api, bodyOf, type Session } from './api.ts';
import { useLive } from './live.ts';
import { signInToken } from './signInLink.ts';

const Signed = createContext<Session | null>(null);

/** Who is signed in. */
export function useSession(): Session {
  return useContext(Signed)!;
}

/** Whether a refusal says that nobody is signed in (any more). */
export const isSignedOut = (error: unknown) => error instanceof ApiProblem && error.problem.status === 401;

const notKept = new ApiProblem({
  type: 'about:blank',
  title: 'Not signed in',
  status: 0,
  detail:
    'The key is right, but this browser does not keep the session’s cookie. Open the console by https, or at localhost in Chrome, Edge or Firefox, and allow its cookies.',
});

/** Shows the console to those who are signed in, and the others where to sign in. */
export function SignedIn({ children }: { children: ReactNode }) {
  const [linkError, setLinkError] = useState<string | null>(null);
  const session = useQuery({
    queryKey: ['session'],
    queryFn: async () => {
      const link = signInToken();
      const refused =
        link &&
        (await api.POST('/v1/session', { body: { link } }).then(
          () => null,
          ({ message }: Error) => message,
        ));
      if (refused) setLinkError(refused);
      return bodyOf(api.GET('/v1/session')).catch((error) => {
        throw link && !refused && isSignedOut(error) ? notKept : error;
      });
    },
    retry: false,
    // The other queries notice a session's end; where nobody is signed in there is nothing to ask for.
    refetchInterval: false,
  });
  const stillSignedIn =
    linkError && session.data ? `${linkError} You are still signed in as ${session.data.id}.` : null;
  useEffect(() => {
    if (stillSignedIn) notifications.show({ message: stillSignedIn, color: 'red', autoClose: false });
  }, [stillSignedIn]);
  const ended = isSignedOut(session.error);
  useLive(useQueryClient(), session.data !== undefined && !ended, session.data?.changes);
  if (session.isPending) return null;
  if (!session.data) {
    return (
      <Center component="main" mih="100vh" p="md">
        <Paper withBorder p="xl" w={420} maw="100%" shadow="sm">
          <SignIn said="Sign in with your API key." trouble={ended ? null : session.error} linkError={linkError} />
        </Paper>
      </Center>
    );
  }
  return (
    <Signed value={session.data}>
      {children}
      <Modal.Root opened={ended} onClose={() => {}} centered>
        <Modal.Overlay />
        <Modal.Content aria-label="Sign in again">
          <Modal.Body>
            <SignIn said="Your session has ended: sign in again. What you have typed is still here." trouble={null} />
          </Modal.Body>
        </Modal.Content>
      </Modal.Root>
    </Signed>
  );
}

function SignIn({ said, trouble, linkError }: { said: string; trouble: unknown; linkError?: string | null }) {
  const [key, setKey] = useState('');
  const queries = useQueryClient();
  const signIn = useMutation({
    mutationFn: async () => {
      const begun = await bodyOf(api.POST('/v1/session', { body: { key } }));
      await api.GET('/v1/session').catch((error) => {
        if (isSignedOut(error)) throw notKept;
      });
      return begun;
    },
    onSuccess: (session) => {
      const others = { predicate: ({ queryKey }: { queryKey: readonly unknown[] }) => queryKey[0] !== 'session' };
      const before = queries.getQueryData<Session>(['session']);
      queries.setQueryData(['session'], session);
      // What another person has seen is not this one's to see.
      if (before?.id === session.id) queries.invalidateQueries(others);
      else queries.resetQueries(others);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Title order={1} size="h2">
          Dealerops
        </Title>
        <Text c="dimmed">{said}</Text>
        <PasswordInput
          label="API key"
          autoComplete="current-password"
          required
          autoFocus
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
        />
        {linkError && !signIn.error && (
          <Alert color="red" role="alert" title="The sign-in link does not work">
            {linkError}
          </Alert>
        )}
        {trouble ? <Alert color="yellow">{(trouble as Error).message}</Alert> : null}
        <ProblemAlert error={signIn.error} title={isSignedOut(signIn.error) ? 'This key does not work' : undefined} />
        <Button type="submit" loading={signIn.isPending}>
          Sign in
        </Button>
      </Stack>
    </form>
  );
}
