import { ApiProblem, api, bodyOf, type Session } from './api.ts';
import { pageOwner, setPageOwner } from './pageOwner.ts';

const hasStatus = (error: unknown, status: number) => error instanceof ApiProblem && error.problem.status === status;

/** Whether a refusal says that nobody is signed in (any more). */
export const isSignedOut = (error: unknown) => hasStatus(error, 401);

/** Another person has signed in in this browser since this page was loaded. */
export class SessionReplaced extends Error {
  readonly session: Session;
  constructor(session: Session) {
    super(`${session.name} has signed in in this browser`);
    this.session = session;
  }
}

/** Whether an error says that this page has no session any more: nobody is signed in, or another person. */
export const hasLostSession = (error: unknown) =>
  isSignedOut(error) || hasStatus(error, 412) || error instanceof SessionReplaced;

/** A sign-in that waits for a decision: it would end another person's session in this browser. */
export class SignedInAsAnother extends Error {
  readonly session: Session;
  constructor(detail: string, session: Session) {
    super(detail);
    this.session = session;
  }
}

const notKept = new ApiProblem({
  type: 'about:blank',
  title: 'Not signed in',
  status: 0,
  detail:
    'The key is right, but this browser does not keep the session’s cookie. Open the console by https, or at localhost in Chrome, Edge or Firefox, and allow its cookies.',
});

/** @throws SessionReplaced when the session is not that of this page's person */
export async function currentSession(): Promise<Session> {
  const session = await bodyOf(api.GET('/v1/session'));
  setPageOwner(session.id);
  if (session.id !== pageOwner()) throw new SessionReplaced(session);
  return session;
}

/**
 * @param by.replaces the ID of the person whose session in this browser may end
 * @throws SignedInAsAnother when it would end the session of somebody else
 */
export async function signIn(by: { key: string; replaces?: string } | { link: string; replaces?: string }) {
  let begun: Session;
  try {
    begun = await bodyOf(api.POST('/v1/session', { body: by }));
  } catch (error) {
    if (!hasStatus(error, 409)) throw error;
    throw new SignedInAsAnother((error as ApiProblem).message, await bodyOf(api.GET('/v1/session')));
  }
  await api.GET('/v1/session').catch((error) => {
    if (isSignedOut(error)) throw notKept;
  });
  return begun;
}
