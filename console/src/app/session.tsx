import { Center, Modal, Paper } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import type { Session } from './api.ts';
import { queriesToRefresh } from './changedQueries.ts';
import { useLive } from './live.ts';
import { LinkQuestion, ReplacedSession } from './OtherPerson.tsx';
import { onSessionChange } from './otherTabs.ts';
import { SignInForm } from './SignInForm.tsx';
import { currentSession, hasLostSession, isSignedOut, SessionReplaced, SignedInAsAnother, signIn } from './signIn.ts';
import { signInToken } from './signInLink.ts';

const Signed = createContext<Session | null>(null);

/** Who is signed in. */
export function useSession(): Session {
  return useContext(Signed)!;
}

/** Shows the console to those who are signed in, and the others where to sign in. */
export function SignedIn({ children }: { children: ReactNode }) {
  const [refused, setRefused] = useState<{ link: string; error: Error } | null>(null);
  const queries = useQueryClient();
  const session = useQuery({
    queryKey: ['session'],
    queryFn: async () => {
      const link = signInToken();
      const error =
        link &&
        (await signIn({ link }).then(
          () => null,
          (error: Error) => error,
        ));
      if (error) setRefused({ link, error });
      const known = queries.getQueryState(['session'])?.error;
      return currentSession().catch((error) => {
        // Once lost, a session stays lost until somebody signs in: no answer says nothing about it.
        throw hasLostSession(known) && !hasLostSession(error) ? known : error;
      });
    },
    retry: false,
    // The other queries notice a session's end; where nobody is signed in there is nothing to ask for.
    refetchInterval: false,
  });
  const question = refused?.error instanceof SignedInAsAnother ? refused.error : undefined;
  const linkError = question ? undefined : refused?.error.message;
  const stillSignedIn = linkError && session.data && `${linkError} You are still signed in as ${session.data.name}.`;
  useEffect(() => {
    if (stillSignedIn) notifications.show({ message: stillSignedIn, color: 'red', autoClose: false });
  }, [stillSignedIn]);
  useEffect(
    () => onSessionChange(() => void queries.refetchQueries({ queryKey: ['session'] }, { cancelRefetch: false })),
    [queries],
  );
  const isLost = session.data !== undefined && hasLostSession(session.error);
  useEffect(() => {
    // What was refused meanwhile is read again when the person is back.
    if (isLost) return () => void queries.invalidateQueries(queriesToRefresh({ everything: true }));
  }, [queries, isLost]);
  useLive(queries, session.data !== undefined && !isLost, session.data?.changes);
  if (session.isPending) return null;
  if (!session.data) {
    const trouble = isSignedOut(session.error) ? null : session.error;
    return (
      <Center component="main" mih="100vh" p="md">
        <Paper withBorder p="xl" w={420} maw="100%" shadow="sm">
          <SignInForm said="Sign in with your API key." trouble={trouble} linkError={linkError} />
        </Paper>
      </Center>
    );
  }
  return (
    <Signed value={session.data}>
      {children}
      <Modal.Root opened={isSignedOut(session.error)} onClose={() => {}} centered>
        <Modal.Overlay />
        <Modal.Content aria-label="Sign in again">
          <Modal.Body>
            <SignInForm said="Your session has ended: sign in again. What you have typed is still here." />
          </Modal.Body>
        </Modal.Content>
      </Modal.Root>
      {session.error instanceof SessionReplaced && <ReplacedSession own={session.data} now={session.error.session} />}
      {question && !isLost && <LinkQuestion link={refused!.link} other={question} onStay={() => setRefused(null)} />}
    </Signed>
  );
}
