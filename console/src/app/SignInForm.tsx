import { Alert, Button, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ProblemAlert } from '../parts/ProblemAlert.tsx';
import { pageOwner, setPageOwner } from './pageOwner.ts';
import { isSignedOut, SignedInAsAnother, signIn } from './signIn.ts';

interface Props {
  said: string;
  trouble?: unknown;
  linkError?: string;
  /** The ID of the person whose session may end with the sign-in. */
  replaces?: string;
}

/** Where a person signs in with an API key. */
export function SignInForm({ said, trouble, linkError, replaces }: Props) {
  const [key, setKey] = useState('');
  const queries = useQueryClient();
  const signing = useMutation({
    mutationFn: (ending?: string) => signIn({ key, replaces: ending ?? replaces }),
    onSuccess: (session) => {
      setPageOwner(session.id);
      // What another person has seen and typed is not this one's.
      if (session.id !== pageOwner()) return window.location.reload();
      queries.setQueryData(['session'], session);
    },
  });
  const other = signing.error instanceof SignedInAsAnother ? signing.error : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signing.mutate(undefined);
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
          onChange={(event) => {
            setKey(event.currentTarget.value);
            signing.reset();
          }}
        />
        {linkError && !signing.error && (
          <Alert color="red" role="alert" title="The sign-in link does not work">
            {linkError}
          </Alert>
        )}
        {trouble ? <Alert color="yellow">{(trouble as Error).message}</Alert> : null}
        {other ? (
          <Alert color="yellow" role="alert" title="Another person is signed in">
            {other.message}
          </Alert>
        ) : (
          <ProblemAlert
            error={signing.error}
            title={isSignedOut(signing.error) ? 'This key does not work' : undefined}
          />
        )}
        {other ? (
          <Button onClick={() => signing.mutate(other.session.id)}>
            End {other.session.name}’s session and sign in
          </Button>
        ) : (
          <Button type="submit" loading={signing.isPending}>
            Sign in
          </Button>
        )}
      </Stack>
    </form>
  );
}
