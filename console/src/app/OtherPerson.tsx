import { Affix, Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { ProblemAlert } from '../parts/ProblemAlert.tsx';
import type { Session } from './api.ts';
import { SignInForm } from './SignInForm.tsx';
import { type SignedInAsAnother, signIn } from './signIn.ts';

/** Above the dialogs of pages. */
const zIndex = 350;

/** Says that another person has signed in in this browser, and that this page can send nothing any more. */
export function ReplacedSession({ own, now }: { own: Session; now: Session }) {
  const [shown, setShown] = useState<'choice' | 'sign-in' | 'bar'>('choice');
  const title = `${now.name} has signed in in this browser`;
  const text = `This page was ${own.name}’s. It can send nothing any more, so that nothing is done in ${now.name}’s name by mistake. What you have typed is still here.`;
  const goOn = <Button onClick={() => window.location.reload()}>Continue as {now.name}</Button>;
  if (shown === 'bar')
    return (
      <Affix position={{ bottom: 12, left: 12, right: 12 }} zIndex={zIndex}>
        <Alert color="red" variant="filled" role="alert" title={title}>
          <Stack gap="xs" align="start">
            <span>{text}</span>
            <Button variant="white" color="dark" size="xs" onClick={() => setShown('choice')}>
              Choose who continues
            </Button>
          </Stack>
        </Alert>
      </Affix>
    );
  return (
    <Modal opened onClose={() => setShown('bar')} title={title} centered zIndex={zIndex}>
      {shown === 'choice' ? (
        <Stack>
          <Text>{text}</Text>
          <Text size="sm">
            If you continue as {now.name}, the page is loaded again: copy first what you have typed into a form. Answers
            that you have typed into tasks are kept in this tab for {own.name}.
          </Text>
          <Group gap="xs">
            {goOn}
            <Button variant="default" onClick={() => setShown('sign-in')}>
              Sign in again as {own.name}
            </Button>
            <Button variant="default" onClick={() => setShown('bar')}>
              Stay on this page
            </Button>
          </Group>
        </Stack>
      ) : (
        <SignInForm said={`Signing in ends ${now.name}’s session in this browser.`} replaces={now.id} />
      )}
    </Modal>
  );
}

/** Asks whether a sign-in link may end the session of the person who is signed in. */
export function LinkQuestion({ link, other, onStay }: { link: string; other: SignedInAsAnother; onStay: () => void }) {
  const { id, name } = other.session;
  const signing = useMutation({
    mutationFn: () => signIn({ link, replaces: id }),
    onSuccess: () => window.location.reload(),
  });
  return (
    <Modal opened onClose={onStay} title="Sign in as another person?" centered zIndex={zIndex}>
      <Stack>
        <Text>{other.message}</Text>
        <Text>Signing in ends {name}’s session in all tabs of this browser.</Text>
        <ProblemAlert error={signing.error} />
        <Group gap="xs">
          <Button loading={signing.isPending} onClick={() => signing.mutate()}>
            End {name}’s session and sign in
          </Button>
          <Button variant="default" onClick={onStay}>
            Stay signed in as {name}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
