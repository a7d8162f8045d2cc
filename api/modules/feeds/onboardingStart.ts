import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { currentImports } from '../../../db/queries/feeds/imports.ts';
import {
  type JoinedRequest,
  joinOrOpenOnboarding,
  listOnboardings,
  OnboardingJustClosed,
  type OnboardingRequest,
  type OnboardingRow,
  takeBackRequest,
} from '../../../db/queries/feeds/onboardings.ts';
import type { Caller } from '../../../db/queries/keys.ts';
import { eligibilityOf } from '../../../domain/feeds/eligibility.ts';
import { type FeedDms, type FeedKind, feedDmsTitles, kindsOfDms } from '../../../domain/feeds/feeds.ts';
import { inOrder, kindsInWords, missingOf, noCdk } from '../../../domain/feeds/onboarding.ts';
import type { JoinedOnboarding } from '../../../domain/feeds/onboardingMessages.ts';
import { onboardingWorkflow } from '../../../domain/feeds/onboardingStarts.ts';
import type { FoundAccount } from '../../../domain/shared/accountRecords.ts';
import { hasScope, lacksScope } from '../../server/auth.ts';
import { withIdempotencyKey } from '../../server/idempotency.ts';
import { inNameOf } from '../../server/inNameOf.ts';
import type { ApiOptions } from '../../server/options.ts';
import { temporalDeadline } from '../../server/plugins/limits.ts';
import { type Fault, Problem } from '../../server/problems.ts';
import { actingOf } from '../shared/activePerson.ts';
import { dealerOfImport } from './assertUsable.ts';
import { addressOf } from './importView.ts';
import type { NewOnboarding, StartedOnboarding } from './onboardingSchemas.ts';
import { OnboardingOver, sendOnboardingUpdate } from './onboardingUpdates.ts';

/**
 * Starts an onboarding, or joins the one of the dealer and DMS that is in progress; the same call again gets the same answer.
 * @throws Problem 4xx for what cannot be started, the Idempotency-Key is then free again; and as `withIdempotencyKey` does
 */
export async function startOnboarding(
  options: ApiOptions,
  caller: Caller,
  key: string,
  body: NewOnboarding,
): Promise<{ answer: { status: 202; body: StartedOnboarding }; replayed: boolean }> {
  const { dms } = body;
  if (dms === 'cdk') throw new Problem(422, 'not-proresponse', noCdk, { errors: [{ path: '/dms', message: noCdk }] });
  const call = { caller: caller.id, key, item: -1 };
  return withIdempotencyKey(options.database.db, call, body, async (requestId) => {
    const { id: account, name: dealerName, timeZone, ...found } = await dealerOfImport(options, body.account);
    const [inProgress] = await listOnboardings(options.database.db, { account, dms, open: true, limit: 1 });
    const exceptionReason = exceptionOf(found, body, caller, inProgress !== undefined);
    const [onlyKind, ...others] = kindsOfDms[dms];
    const kinds = body.kinds.length === 0 && others.length === 0 ? [onlyKind!] : inOrder(body.kinds);
    await assertNotImported(options, { account, dms, kinds });
    const request = { requestId, account, dealerName, timeZone, dms, kinds, contact: body.contact, exceptionReason };
    const { onboarding, joined } = await requestOnboarding(options, caller, request);
    return { status: 202 as const, body: startedOf(onboarding, joined) };
  });
}

/**
 * An administrator's exception, where the dealer needs one; a request that joins an onboarding needs none.
 * @throws Problem 403 where another asks for one; 422 where the dealer has no right to feeds
 */
function exceptionOf(
  account: Pick<FoundAccount, 'package' | 'level'>,
  { exceptionReason }: NewOnboarding,
  caller: Caller,
  isInProgress: boolean,
): string | undefined {
  const eligibility = eligibilityOf(account);
  if (exceptionReason !== undefined && !hasScope(caller, ['admin']))
    throw lacksScope('admin', 'Only an administrator may grant an exception: leave exceptionReason out.');
  if (eligibility.state === 'not_entitled' && exceptionReason === undefined && !isInProgress) {
    const { reason } = eligibility;
    const detail = `${reason}. An administrator may grant an exception with a reason.`;
    throw new Problem(422, 'not-entitled', detail, {
      errors: [{ path: '/account', message: reason }],
    });
  }
  return eligibility.state === 'entitled' ? undefined : exceptionReason;
}

/** @throws Problem 409 where the dealer has a feed import of one of these kinds that is not on trial */
async function assertNotImported(
  { database: { db } }: ApiOptions,
  { account, dms, kinds }: { account: string; dms: FeedDms; kinds: FeedKind[] },
): Promise<void> {
  const known = (await currentImports(db, account)).filter((row) => row.dms === dms && row.state !== 'trial');
  const errors = kinds.flatMap((kind, index): Fault[] => {
    const one = known.find((row) => row.kind === kind);
    return one ? [{ path: `/kinds/${index}`, message: `is imported already: ${addressOf(one.id)}` }] : [];
  });
  if (errors.length === 0) return;
  const detail = `The dealer has these ${feedDmsTitles[dms]} feeds already: ${errors.map(({ message }) => message.replace(/^.*: /, '')).join(', ')}.`;
  throw new Problem(409, 'conflict', detail, { errors });
}

/** For how long a workflow that has just ended is waited for. */
const patienceMs = 8_000;

async function requestOnboarding(
  options: ApiOptions,
  caller: Caller,
  request: OnboardingRequest,
): Promise<{ onboarding: OnboardingRow; joined: JoinedOnboarding }> {
  const { db } = options.database;
  for (const deadline = Date.now() + patienceMs; ; await sleep(200)) {
    const one = await joinOrOpenOnboarding(db, request, actingOf(caller)).catch((error) => {
      if (!(error instanceof OnboardingJustClosed)) throw error;
    });
    if (!one) continue;
    const { onboarding } = one;
    const known = { kinds: onboarding.kinds, tooLate: [] };
    if (onboarding.closedAt) return { onboarding, joined: known };
    if (await isStarted(options, caller, one)) return { onboarding, joined: known };
    try {
      const joined = await sendOnboardingUpdate(options, onboarding, 'joinOnboarding', {
        ...{ by: caller.id, kinds: request.kinds, saysMore: one.saysMore },
      });
      return { onboarding, joined };
    } catch (error) {
      // An earlier workflow of the dealer that is ending, or this one's, that is about to: its row is closed in a moment.
      if (!(error instanceof OnboardingOver)) throw error;
      if (one.how === 'joined') await takeBackRequest(db, request.requestId);
      if (Date.now() > deadline) throw ending(onboarding);
    }
  }
}

function ending({ id }: OnboardingRow): Problem {
  const detail = `The onboarding of this dealer and DMS is ending, and a step of that is still open: /v1/feeds/onboardings/${id} shows it. Request it again after that.`;
  return new Problem(409, 'conflict', detail, {
    errors: [{ path: '/account', message: 'has an onboarding that ends' }],
  });
}

/** @returns false where a workflow of the dealer and DMS runs */
async function isStarted({ temporal }: ApiOptions, caller: Caller, { onboarding }: JoinedRequest): Promise<boolean> {
  const { id: onboardingId, account, dms, kinds } = onboarding;
  try {
    await temporal.withDeadline(temporalDeadline(), () =>
      inNameOf(temporal, caller.id).start('onboardFeed', {
        ...onboardingWorkflow({ onboardingId, account, dms, kinds }),
        workflowIdConflictPolicy: 'FAIL',
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}

function startedOf(row: OnboardingRow, { kinds, tooLate }: JoinedOnboarding): StartedOnboarding {
  const { id, account, dealerName, dms } = row;
  return {
    ...{ id, account, dealerName, dms, kinds, tooLate },
    next: nextOf({ ...row, kinds }, tooLate),
    address: `/v1/feeds/onboardings/${id}`,
  };
}

function nextOf(row: OnboardingRow, tooLate: readonly FeedKind[]): string {
  if (tooLate.length > 0)
    return `ProResponse was asked for ${kindsInWords(row.kinds)} already, so that ${kindsInWords(tooLate)} is not part of this onboarding: request it again when this one has ended.`;
  if (row.askedAt) return 'It is in progress: its steps say who must act.';
  const isComplete = missingOf(row).length === 0;
  if (isComplete && row.exceptionBy) return 'ProResponse is asked by mail; then the dealer’s permission is waited for.';
  return isComplete
    ? 'ProResponse is asked by mail as soon as it is known that the dealer has a right to feeds; then the dealer’s permission is waited for.'
    : 'The T2 support team has a task to find out what is missing; then ProResponse is asked.';
}
