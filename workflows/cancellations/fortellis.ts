import { CancellationScope } from '@temporalio/workflow';
import { reasonOf, wasCanceled } from '../shared/failures.ts';
import { fortellisQueries, queries } from './activities.ts';
import type { Steps } from './steps.ts';

const step = 'cdk-termination';

/** @returns the dealer's organization at Fortellis, where that can confirm CDK's termination; else a person confirms it with the case */
export async function organizationAtFortellis(steps: Steps): Promise<string | undefined> {
  const { orgId } = await steps.run.once(step, () => lookForOrganization(steps));
  return orgId;
}

async function lookForOrganization({ of, progress }: Steps): Promise<{ orgId?: string }> {
  const noteFallback = (reason: string) => progress.note(step, 'fortellis', 'Fortellis cannot confirm it', reason);
  try {
    const { orgId, reason } = await fortellisQueries.organizationAtFortellis.executeWithOptions(
      { summary: 'Can Fortellis confirm the termination?' },
      [{ account: of.account }],
    );
    if (reason) noteFallback(reason);
    return { orgId };
  } catch (error) {
    const reason = reasonOf(error);
    if (wasCanceled(error) || reason === undefined) throw error;
    noteFallback(reason);
    return {};
  }
}

/**
 * Waits until Fortellis shows the termination, or a person confirms it: the task is there meanwhile, and reminds its team when
 * that takes too long.
 * @returns whether CDK has terminated; false when a team lead closed the task without completing it
 */
export async function terminationAtFortellis(steps: Steps, orgId: string): Promise<boolean> {
  // CDK may do it at any time from now on.
  steps.procedure.mayBeDone(step, true);
  const looking = new CancellationScope();
  const look = async () => {
    const { evidence } = await queries.cdkTerminated.executeWithOptions(
      { summary: 'Until Fortellis shows the termination' },
      [{ orgId }],
    );
    await steps.people.closeAll('cdk-termination', evidence);
  };
  // Fails when it is withdrawn, or a person was faster.
  if (!steps.run.isKnown(step)) void looking.run(look).catch(() => {});
  const outcome = await steps.task(step, 'cdk-termination');
  looking.cancel();
  if (outcome.how === 'not_completed') return false;
  if (outcome.how === 'closed') steps.procedure.done(step, 'fortellis', outcome.reason);
  else steps.procedure.done(step, outcome.by, outcome.evidence);
  return true;
}

/** The person who created the case has confirmed the termination too. */
export function confirmTermination(steps: Steps, { by }: { by: string }): boolean {
  steps.procedure.begin(step);
  steps.procedure.done(step, by, 'termination confirmed with the case');
  return true;
}
