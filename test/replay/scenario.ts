import { eq } from 'drizzle-orm';
import { tasks } from '../../db/schema/shared.ts';
import type { IntegrationName } from '../../domain/shared/vendors.ts';
import type * as workflows from '../../workflows/index.ts';
import type { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import type { TestService } from '../support/service.ts';

type WorkflowType = keyof typeof workflows;

/** What happens to the workflows of one service, so that their histories can be recorded. */
export interface Scenario {
  /** Its histories' folder. */
  name: string;
  /** The workflow types to record, with every run of each; recording fails when there is none of a type. */
  records: [WorkflowType, ...WorkflowType[]];
  /** Events that the recorded histories must contain, such as `WORKFLOW_EXECUTION_CONTINUED_AS_NEW`: without them the scenario shows nothing. */
  events?: string[];
  /** On a server where days can be skipped; it does not tell a parent that its child was terminated. */
  timeSkipping?: true;
  /** CST is not configured: the service's registry knows the dealers. */
  withoutCst?: true;
  /** Optional connectors that are configured, for all dealers. */
  connectors?: ('vinSolutionsEvents' | 'fortellis')[];
  dataAfterEndGraceDays?: number;
  /** Feed imports run, without long pauses. */
  withFeeds?: true;
  play(service: TestService): Promise<unknown>;
}

/** Sets the Effective Status of an account in CST. */
export function setStatus(service: TestService, account: string, effectiveStatus: string): void {
  service.sandbox.state.accounts.get(account)!.effectiveStatus = effectiveStatus;
}

/** The open task of this kind that was opened last and is none of those known. */
export function openTask(service: TestService, kind: typeof tasks.$inferSelect.kind, known: { id: string }[] = []) {
  return eventually(async () => {
    const open = await service.db.select().from(tasks).where(eq(tasks.kind, kind));
    return open.find((task) => task.state === 'open' && !known.some(({ id }) => id === task.id));
  });
}

type Dealer = ReturnType<typeof dealerOf>;

/** Waits until the first step of this integration, or the named one, is in this state. */
export function stepIs(dealer: Dealer, id: string, integration: IntegrationName, state: string, step?: string) {
  return eventually(async () => {
    const steps = (await dealer.progress(id, integration))?.steps ?? [];
    return (step ? steps.find((one) => one.step === step) : steps[0])?.state === state;
  });
}

/** Waits until the integration is in this state. */
export function integrationIs(dealer: Dealer, id: string, integration: IntegrationName, state: string) {
  return eventually(async () => (await dealer.progress(id, integration))?.state === state);
}
