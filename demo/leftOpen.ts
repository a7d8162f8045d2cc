import { addBusinessDays, localDate } from '../domain/shared/businessDays.ts';
import { until } from './api.ts';
import type { Stage, Task } from './stage.ts';

interface LeftOpen {
  account: string;
  /** What people find, after the dealer. */
  title: string;
  /** Of the cancellation's start. */
  request?: Record<string, unknown>;
  /** The task that is left open; none for a cancellation that waits. */
  kind?: string;
  /** Makes of the untouched task what the title says. */
  prepare?(stage: Stage, task: Task): Promise<unknown>;
}

/** What the demo leaves in progress, so that each list has something in it; see `npm run demo -- --clear`. */
export const leftOpen: LeftOpen[] = [
  {
    account: 'D-1905',
    title: 'a late DealerSocket form: this dealer’s tasks are due 20 seconds after they are opened',
    kind: 'dealersocket-form',
    prepare: async (_stage, { dueAt }) => until('the due time', async () => dueAt < new Date().toISOString()),
  },
  { account: 'D-1901', title: 'an unclaimed DealerSocket form', kind: 'dealersocket-form' },
  {
    account: 'D-1902',
    title: 'a VinSolutions portal ticket that Olivia has claimed',
    kind: 'vinsolutions-portal',
    prepare: (stage, task) => stage.act('olivia', task, 'claim', {}),
  },
  {
    account: 'D-1903',
    title: 'a DealerVault feed that Olivia has escalated to Lena, team lead',
    kind: 'dealervault-sales',
    async prepare(stage, task) {
      await stage.act('olivia', task, 'claim', {});
      await stage.act('olivia', task, 'escalate', { reason: 'DealerVault shows no feed of this dealer' });
    },
  },
  {
    account: 'D-1904',
    title: 'a CDK case that was put off for two business days',
    kind: 'cdk-case',
    async prepare(stage, task) {
      await stage.act('olivia', task, 'claim', {});
      await stage.act('olivia', task, 'follow-up', { on: inBusinessDays(2), note: 'CDK answers in two days' });
    },
  },
  {
    account: 'D-1906',
    title:
      'a DealerVault cancellation that waits, because its parent P-500 is Active: set it to Cancelled in the sandbox',
    request: { whenActive: 'wait' },
  },
];

const timeZone = 'America/New_York';
const inBusinessDays = (days: number) => localDate(addBusinessDays(new Date(), days, timeZone), timeZone);

/**
 * Starts the cancellation, or goes on with that of an earlier run.
 * @returns false where somebody else's cancellation of the dealer is in progress: it stays as it is
 */
export async function leaveOpen(stage: Stage, { kind, request, prepare }: LeftOpen): Promise<boolean> {
  const open = await stage.inProgress();
  if (open === 'of somebody else') return false;
  if (!open) await stage.start(request);
  if (!kind) {
    await until('the gate', async () => (await stage.look()).integrations[0]?.state === 'waiting');
    return true;
  }
  const made = await until(`the task ${kind}`, async () => (await stage.look()).tasks.find((one) => one.kind === kind));
  // Else somebody has done something with it since.
  if (made.state !== 'open' || made.assignee !== null) return true;
  const task = await stage.task(kind);
  if (task.followUpAt === null) await prepare?.(stage, task);
  return true;
}
